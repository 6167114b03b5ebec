import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { startRelay } from './relay-process.ts';

it('the relay is the server of y-webrtc, on a port of its own', async () => {
  const relay = await startRelay(fileURLToPath(new URL('../..', import.meta.url)));
  try {
    expect(relay.url).toMatch(/^ws:\/\/localhost:[1-9]\d*$/);
    const answer = await fetch(relay.url.replace('ws:', 'http:'));
    expect(await answer.text()).toBe('okay');
  } finally {
    await relay.stop();
  }
});
