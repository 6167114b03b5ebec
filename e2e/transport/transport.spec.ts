/** The WebRTC transport in a real browser: what it promises, and what mallory may try. */
import { fileURLToPath } from 'node:url';
import { expect, test, type Page } from '@playwright/test';
import { createServer, type ViteDevServer } from 'vite';
import type { Bench } from './page.ts';

declare const bench: Bench;

const root = fileURLToPath(new URL('.', import.meta.url));
const repository = fileURLToPath(new URL('../..', import.meta.url));

let server: ViteDevServer;
let url: string;

test.beforeAll(async () => {
  server = await createServer({
    configFile: false,
    root,
    cacheDir: `${repository}node_modules/.vite-transport`,
    logLevel: 'error',
    server: { host: '127.0.0.1', port: 0, hmr: false, fs: { allow: [repository] } },
    // Known beforehand, so that the page never reloads under a test.
    optimizeDeps: { noDiscovery: true, include: ['simple-peer/simplepeer.min.js'] },
  });
  await server.listen();
  url = server.resolvedUrls!.local[0]!;
});

test.afterAll(() => server.close());

async function load(page: Page): Promise<void> {
  page.on('pageerror', (error) => {
    throw error;
  });
  await page.goto(url);
  await page.waitForFunction(() => 'bench' in globalThis);
}

test.beforeEach(({ page }) => load(page));

type Scenario = keyof Bench['scenarios'];

test.describe('two ends', () => {
  test('[LT6] [LT7] connect, and each sees the fingerprint that the other has', async ({ page }) => {
    const { a, b, frames, openMs } = await page.evaluate(() => bench.scenarios.connects());
    expect(a.local).toMatch(/^[0-9a-f]{64}$/);
    expect(a.local).toBe(b.remote);
    expect(b.local).toBe(a.remote);
    expect(a.local).not.toBe(b.local);
    expect(frames).toEqual([[1, 2, 3], [4]]);
    test.info().annotations.push({ type: 'openMs', description: String(Math.round(openMs)) });
  });

  test('[LT6] connect from tab to tab', async ({ page, context }) => {
    const other = await context.newPage();
    await load(other);
    await page.exposeFunction('toOther', (signal: string) =>
      other.evaluate((text) => bench.remote.accept(text), signal),
    );
    await other.exposeFunction('toFirst', (signal: string) =>
      page.evaluate((text) => bench.remote.accept(text), signal),
    );
    type Carriers = { toOther(signal: string): void; toFirst(signal: string): void };
    await other.evaluate(() =>
      bench.remote.start('answerer', (signal) => (globalThis as unknown as Carriers).toFirst(signal)),
    );
    await page.evaluate(() =>
      bench.remote.start('offerer', (signal) => (globalThis as unknown as Carriers).toOther(signal)),
    );
    const a = await page.evaluate(() => bench.remote.opened());
    const b = await other.evaluate(() => bench.remote.opened());
    expect([a.local, a.remote]).toEqual([b.remote, b.local]);
    await other.evaluate(() => bench.remote.end!.connection.close());
    expect(await page.evaluate(() => bench.remote.closed())).toBe('ClosedByPeer');
  });

  test('[LT13] an offer made ahead is the first dial’s, with its candidates', async ({ page }) => {
    expect(await page.evaluate(() => bench.scenarios.prepares())).toEqual({
      made: [1, 0, 2],
      fits: true,
      offers: 1,
      hasCandidates: true,
      isOwn: true,
    });
  });

  test('[LT13] it is let go of when it is not used, and where the ICE servers have changed', async ({ page }) => {
    expect(await page.evaluate(() => bench.scenarios.preparesInVain())).toEqual({ made: 3, open: 1, facts: [] });
  });

  test('[LT11] closing is told to the far end only, once, and a farewell sent before still arrives', async ({
    page,
  }) => {
    expect(await page.evaluate(() => bench.scenarios.closes())).toEqual({
      reason: 'ClosedByPeer',
      farewell: [[9]],
      aliceFacts: ['open'],
    });
  });

  test('[LT11] what was sent before closing arrives, a full queue too', async ({ page }) => {
    expect(await page.evaluate(() => bench.scenarios.closesWithQueue())).toEqual({
      reason: 'ClosedByPeer',
      arrived: 16,
    });
  });

  test('[LT11] closing while connecting stops everything, at once', async ({ page }) => {
    expect(await page.evaluate(() => bench.scenarios.closesWhileConnecting())).toEqual({
      open: 0,
      facts: [],
      signals: 0,
    });
  });

  test('[LT11] a closed end lets go of its RTCPeerConnection, though the end itself is kept', async ({ page }) => {
    const browser = await page.context().newCDPSession(page);
    for (let round = 0; round < 3; round++) {
      expect(await page.evaluate(() => bench.scenarios.useConnections(300))).toBe('ClosedByPeer');
      await browser.send('HeapProfiler.collectGarbage');
    }
  });

  test('[LT10] frames beyond what the line takes are counted, arrive in order, and the drain is told', async ({
    page,
  }) => {
    const { buffered, left, lowWater, inOrder, drains } = await page.evaluate(() => bench.scenarios.backPressure());
    expect(buffered).toBeGreaterThan(lowWater);
    expect(left).toBeLessThanOrEqual(lowWater);
    expect(inOrder).toBe(true);
    expect(drains).toBeGreaterThan(0);
  });

  test('[LT10] a frame of ours that is empty or too large is our bug', async ({ page }) => {
    expect(await page.evaluate(() => bench.scenarios.frameBounds())).toEqual([
      'AssertionError',
      'taken',
      'taken',
      'AssertionError',
    ]);
  });

  test('[LT9] once open, no signal changes or ends the connection', async ({ page }) => {
    const { frames, facts } = await page.evaluate(() => bench.scenarios.signalsAfterOpen());
    expect(frames).toEqual([[7], [8]]);
    expect(facts).toEqual([
      ['open', 'frame'],
      ['open', 'frame'],
    ]);
  });
});

const BYSTANDER = '42 open | open,frame,closed: ClosedByPeer';

test.describe('mallory describes a session', () => {
  const descriptions: [string, Scenario][] = [
    ['[LT4] with two fingerprints', 'twoFingerprints'],
    ['[LT4] with another fingerprint for the whole session', 'sessionFingerprint'],
    ['[LT4] with a SHA-1 fingerprint', 'sha1Fingerprint'],
    ['[LT3] with two sections', 'twoSections'],
    ['[LT3] with a section for sound', 'audioSection'],
    ['[LT3] that takes messages of one byte only', 'tinyMessages'],
  ];
  for (const [title, name] of descriptions) {
    for (const side of ['offer', 'answer'] as const) {
      test(`${title}, in the ${side}`, async ({ page }) => {
        const result = await page.evaluate(
          ([scenario, kind]) => (bench.scenarios[scenario] as Bench['scenarios']['twoFingerprints'])[kind](),
          [name, side] as const,
        );
        expect(result).toEqual({ facts: ['closed: SignalRejected'], bystander: BYSTANDER });
      });
    }
  }

  for (const side of ['offer', 'answer'] as const) {
    test(`[LT7] with the fingerprint of a certificate that is not mallory's, in the ${side}`, async ({ page }) => {
      const result = await page.evaluate((kind) => bench.scenarios.foreignFingerprint[kind](), side);
      expect(result).toEqual({ facts: ['closed: ConnectionFailed'], bystander: BYSTANDER });
    });
  }
});

test.describe('mallory signals', () => {
  const signals: [string, Scenario][] = [
    ['[LT1] garbage', 'garbage'],
    ['[LT1] an object of nothing', 'emptyObject'],
    ['[LT1] a wish to renegotiate', 'renegotiate'],
    ['[LT1] a wish for media', 'transceiver'],
    ['[LT1] a description that is none', 'badSdp'],
    ['[LT1] a candidate that is none', 'badCandidate'],
    ['[LT2] more than a signal may be long', 'hugeSignal'],
    ['[LT2] 41 candidates', 'manyCandidates'],
  ];
  for (const [title, name] of signals) {
    test(title, async ({ page }) => {
      const result = await page.evaluate(
        (scenario) => (bench.scenarios[scenario] as Bench['scenarios']['garbage'])(),
        name,
      );
      expect(result).toEqual({ facts: ['closed: SignalRejected'], bystander: BYSTANDER });
    });
  }

  test('[LT2] 40 candidates are taken', async ({ page }) => {
    expect(await page.evaluate(() => bench.scenarios.allowedCandidates())).toEqual([]);
  });

  test('[LT1] an offer to an offerer', async ({ page }) => {
    expect(await page.evaluate(() => bench.scenarios.glare())).toBe('SignalRejected');
  });

  test('[LT1] a second offer', async ({ page }) => {
    expect(await page.evaluate(() => bench.scenarios.secondOffer())).toBe('SignalRejected');
  });
});

test.describe('mallory is connected', () => {
  const acts: [string, Scenario, string][] = [
    ['[LT8] and opens a second data channel', 'secondChannel', 'ProtocolViolation'],
    ['[LT10] and sends text', 'textFrame', 'ProtocolViolation'],
    ['[LT10] and sends an empty frame', 'emptyFrame', 'ProtocolViolation'],
    ['[LT10] and sends a frame of more than 16 KiB', 'oversizedFrame', 'ProtocolViolation'],
    ['[LT12] and closes', 'malloryCloses', 'ClosedByPeer'],
    ['[LT12] and closes the channel alone', 'malloryClosesChannel', 'ClosedByPeer'],
  ];
  for (const [title, name, reason] of acts) {
    test(title, async ({ page }) => {
      const result = await page.evaluate(
        (scenario) => (bench.scenarios[scenario] as Bench['scenarios']['garbage'])(),
        name,
      );
      expect(result).toEqual({ facts: ['open', `closed: ${reason}`], bystander: BYSTANDER });
    });
  }
});

test.describe('adapters that need a browser', () => {
  test('[PW5] the password worker gives the known answer, with progress', async ({ page }) => {
    const result = await page.evaluate(() => bench.scenarios.stretches());
    expect(result).toMatchObject({
      secret: '156b2d2ad361905eca807533470d6e4d5ae75c8badce0ce85efd1056b2c279d0',
      last: 1,
      steps: 100,
    });
  });

  test('[CP8] [CP10] [CP11] the signer of the browser signs, takes no small-order key, and takes what fits as it is', async ({
    page,
  }) => {
    expect(await page.evaluate(() => bench.scenarios.signs())).toEqual({
      honest: true,
      forged: false,
      fits: true,
      fitsTimesEight: false,
    });
  });
});
