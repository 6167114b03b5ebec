/**
 * Loaded before y-webrtc's signalling server, which takes a port but no host and does not say which port it got: lets
 * it listen on a free port of this machine's loopback alone, and says which.
 */
import { Server } from 'node:http';

const { listen } = Server.prototype;

Server.prototype.listen = function () {
  return listen.call(this, { port: 0, host: 'localhost' }, () => console.log(`relay at ${this.address().port}`));
};
