/** What a first visit costs, up to Online, and where it goes. */
import type { BrowserContext, BrowserContextOptions } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { enter } from './support/people.ts';
import { countTraffic, type Transfer } from './support/traffic.ts';
import { watch, type Watched } from './support/watch.ts';

const room = { mesh: 'first-load-story', password: 'tinsel gravity marble oboe' };

/** All JavaScript and CSS of a first visit up to Online, compressed as transferred, in bytes. */
const FIRST_LOAD_BYTES = 110_000;
/** With what the service worker fetches afterwards, for what may be asked for later and for starts without a network. */
const KEPT_BYTES = 130_000;

const isCode = ({ path }: Transfer): boolean => /\.(js|css)$/.test(path);
const sumOf = (transfers: readonly Transfer[]): number => transfers.reduce((sum, { bytes }) => sum + bytes, 0);

interface Visit extends Watched {
  readonly transfers: readonly Transfer[];
  readonly url: string;
}

/** A browser that was never here opens the app, joins, and comes online with whoever is in the room. */
async function visit(
  resolverPort: number,
  openProfile: (options: BrowserContextOptions) => Promise<BrowserContext>,
  serviceWorkers: 'allow' | 'block',
): Promise<Visit> {
  const traffic = await countTraffic(resolverPort);
  try {
    const profile = await openProfile({ baseURL: traffic.url, serviceWorkers });
    const watched = await watch(profile);
    const page = await profile.newPage();
    await page.goto('/');
    const alice = await enter(page, { nickname: 'alice', ...room });
    await expect(alice.status).toHaveText('Online · 1 neighbour · 2 members');
    if (serviceWorkers === 'allow') {
      await page.evaluate(() => navigator.serviceWorker.ready.then(({ active }) => active!.scriptURL));
    }
    await page.getByRole('button', { name: 'Leave' }).click();
    return { ...watched, transfers: [...traffic.transfers], url: traffic.url };
  } finally {
    await traffic.close();
  }
}

test('[BR7, RS20, RS21] a first visit up to Online takes at most 110,000 bytes of code, all of it from here', async ({
  resolver,
  openPage,
  openProfile,
}) => {
  const bob = await enter(await openPage(), { nickname: 'bob', ...room });
  await expect(bob.status).toContainText('nobody else is here yet');

  const bare = await visit(resolver.port, openProfile, 'block');
  await expect(bob.status).toContainText('Offline');
  // The service worker keeps everything for later starts, also what this visit did not need.
  const whole = await visit(resolver.port, openProfile, 'allow');

  const code = whole.transfers.filter(isCode);
  for (const [type, bytes] of [
    ['codeBytes.visit', sumOf(bare.transfers.filter(isCode))],
    ['codeBytes.withServiceWorker', sumOf(code)],
    ['allBytes.withServiceWorker', sumOf(whole.transfers)],
  ] as const) {
    test.info().annotations.push({ type, description: String(bytes) });
  }
  // Screen and its style, core, password worker: fewer would mean that something was not counted.
  expect(bare.transfers.filter(isCode).map(({ destination }) => destination)).toEqual(
    expect.arrayContaining(['script', 'style', 'worker']),
  );
  expect(bare.transfers.filter(isCode).length).toBeGreaterThanOrEqual(4);
  const serviceWorker = whole.transfers.filter(({ path }) => path === '/sw.js');
  expect(serviceWorker).toHaveLength(1);
  const upToOnline = sumOf(bare.transfers.filter(isCode)) + sumOf(serviceWorker);
  test.info().annotations.push({ type: 'codeBytes.upToOnline', description: String(upToOnline) });
  expect(upToOnline).toBeLessThanOrEqual(FIRST_LOAD_BYTES);
  expect(sumOf(code)).toBeLessThanOrEqual(KEPT_BYTES);

  for (const { path, status, headers } of code) {
    expect.soft(status, path).toBe(200);
    expect.soft(headers['content-encoding'], path).toBe('br');
    const isHashed = path.startsWith('/assets/');
    expect.soft(headers['cache-control'], path).toMatch(isHashed ? /max-age=31536000.*immutable/ : /^no-cache$/);
  }
  for (const { origins, complaints, url } of [bare, whole]) {
    expect([...origins]).toEqual([url]);
    expect(complaints).toEqual([]);
  }
});
