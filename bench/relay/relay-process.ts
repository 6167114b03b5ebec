/**
 * A publish-and-subscribe relay over WebSockets as a process of its own: the signalling server that y-webrtc ships. What
 * it passes on are JSON messages by topic, so it serves whatever signals that way (page/trystero.ts).
 */
import { join } from 'node:path';
import { startChildServer } from '../child-server.ts';
import type { ServerProcess } from '../resolver-process.ts';

export async function startRelay(root: string): Promise<ServerProcess> {
  const { port, stop } = await startChildServer({
    name: 'relay',
    cwd: root,
    args: ['--import', './bench/relay/listen-on-loopback.mjs', join('node_modules', 'y-webrtc', 'bin', 'server.js')],
    listening: /^relay at (\d+)$/,
  });
  return { url: `ws://localhost:${port}`, stop };
}
