/** The bench's commands, each with the least work it takes: what is measured seldom is not found broken when it is needed. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';

// Three browsers one after the other; every wait of the bench has a deadline of its own.
test.describe.configure({ timeout: 180_000 });

const root = fileURLToPath(new URL('..', import.meta.url));

/** What the command prints as JSON. It fails with what the command complained of. */
async function bench(...argv: readonly string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', 'bench/main.ts', ...argv, '--json'],
    { cwd: root },
  );
  return JSON.parse(stdout);
}

test('compare: three tabs of each system join, and those of this one hear everything once', async () => {
  expect(await bench('compare', '--n', '3', '--rest-ms', '1000')).toMatchObject({
    systems: {
      'peer-channel': { joined: 3, cameToRest: true, reach: 1, duplicates: 0 },
      // In a full mesh what is said before the last pair is linked never reaches it.
      trystero: { joined: 3 },
      'y-webrtc': { joined: 3 },
    },
  });
});

test('memory: a room keeps the latest 2,000 of 3,000 messages @long', async () => {
  expect(await bench('memory', '--messages', '3000')).toMatchObject({
    messages: 3000,
    before: { received: 0 },
    after: { received: 3000, timeline: 2000 },
  });
});
