/**
 * Bundles simple-peer from its source without the Node streams that its prebuilt file carries.
 * The transport (src/platform/webrtc-transport.ts) listens to the data channel itself, so nothing ever flows through
 * simple-peer's own stream: what is left of it are events and two flags. Nor are its tracks, its statistics and its
 * debugger used. Saves 26 KB of the first load, and keeps `debug` out of the client.
 * See docs/decisions/0004-simple-peer-from-source.md.
 */
import { createRequire } from 'node:module';
import type { Plugin } from 'vite';
import { cut, type Cut } from './vite.cut.ts';

/** What simple-peer asks for, and the little of it that is still called. */
const standIns: Readonly<Record<string, string>> = {
  'readable-stream': `
    const { Emitter } = require('@socket.io/component-emitter');
    class Duplex extends Emitter {
      constructor() {
        super();
        this.destroyed = false;
        this._readableState = { ended: false };
        this._writableState = { finished: false };
      }
      // Null is the end of a stream that nobody reads; anything else would be data lost.
      push(chunk) { if (chunk !== null) throw new Error('simple-peer: its stream is not used'); }
      end() {}
    }
    module.exports = { Duplex };`,
  debug: `module.exports = () => () => undefined;`,
  buffer: `module.exports = { Buffer: undefined };`,
  randombytes: `
    module.exports = (length) => {
      const bytes = crypto.getRandomValues(new Uint8Array(length));
      return { toString: () => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('') };
    };`,
};

/**
 * From one method to another: what adds, removes and receives tracks, which no data channel calls; what writes to its
 * stream; and what asks for statistics before it says 'connect', which comes only after the channel's own `onopen`,
 * replaced by the transport's.
 */
const UNUSED: readonly Cut[] = [
  ['  addTransceiver (kind, init) {', '  _needsNegotiation () {', ''],
  ['  _write (chunk, encoding, cb) {', '  _startIceCompleteTimeout () {', ''],
  ['  getStats (cb) {', '  _onSignalingStateChange () {', '  _maybeReady () {}\n'],
  ['  _onTrack (event) {', '  _debug () {', ''],
];

const PREFIX = '\0simple-peer:';

export function simplePeerFromSource(): Plugin {
  const require = createRequire(import.meta.url);
  return {
    name: 'simple-peer-from-source',
    apply: 'build',
    enforce: 'pre',
    resolveId(source, importer) {
      if (source === 'simple-peer/simplepeer.min.js') return require.resolve('simple-peer');
      if (importer?.includes('/node_modules/simple-peer/') && Object.hasOwn(standIns, source))
        return `${PREFIX}${source}.cjs`;
      return null;
    },
    transform(code, id) {
      if (!id.endsWith('/node_modules/simple-peer/index.js')) return null;
      const quiet = cut(code, UNUSED).replaceAll('this._debug(', 'false && this._debug(');
      // Servers of others that it would ask by default; ours are always named.
      return { code: quiet.replace(/iceServers: \[[^\]]*\][^\]]*\]/, 'iceServers: []'), map: null };
    },
    load(id) {
      return id.startsWith(PREFIX) ? standIns[id.slice(PREFIX.length, -'.cjs'.length)] : null;
    },
  };
}
