/** What a first visit costs, up to Online, and where it goes. */
import { expect, test } from './fixtures.ts';
import { enter } from './support/people.ts';
import { countTraffic, type Transfer } from './support/traffic.ts';

const room = { mesh: 'first-load-story', password: 'tinsel gravity marble oboe' };

/** All JavaScript and CSS of a first visit, compressed as transferred, in bytes. */
const FIRST_LOAD_BYTES = 110_000;

const isCode = ({ path }: Transfer): boolean => /\.(js|css)$/.test(path);
const sumOf = (transfers: readonly Transfer[]): number => transfers.reduce((sum, { bytes }) => sum + bytes, 0);

test('[BR7, RS20, RS21] a first visit up to Online takes at most 110,000 bytes of code, all of it from here', async ({
  resolver,
  openPage,
  openProfile,
}) => {
  const bob = await enter(await openPage(), { nickname: 'bob', ...room });
  await expect(bob.status).toContainText('nobody else is here yet');

  const traffic = await countTraffic(resolver.port);
  try {
    const profile = await openProfile({ baseURL: traffic.url });
    const origins = new Set<string>();
    const complaints: string[] = [];
    profile.on('request', (request) => origins.add(new URL(request.url()).origin));
    profile.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    profile.on('weberror', (error) => complaints.push(error.error().message));
    await profile.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (violation) => console.error(violation.violatedDirective));
    });
    const page = await profile.newPage();
    page.on('websocket', (socket) => origins.add(new URL(socket.url()).origin.replace(/^ws/, 'http')));
    await page.goto('/');
    const alice = await enter(page, { nickname: 'alice', ...room });
    await expect(alice.status).toHaveText('Online · 1 neighbour · 2 members');
    // The service worker keeps everything for later starts, beside the visit: it is counted, too.
    await page.evaluate(() => navigator.serviceWorker.ready.then(({ active }) => active!.scriptURL));

    const code = traffic.transfers.filter(isCode);
    const ofVisit = code.filter(({ destination }) => ['script', 'style', 'worker'].includes(destination));
    const sums = { visit: sumOf(ofVisit), withServiceWorker: sumOf(code), everything: sumOf(traffic.transfers) };
    for (const [type, bytes] of Object.entries(sums)) {
      test.info().annotations.push({ type: `firstLoadBytes.${type}`, description: String(bytes) });
    }
    // Screen, core and password worker; fewer would mean that something was not counted.
    expect(ofVisit.length).toBeGreaterThanOrEqual(4);
    expect(ofVisit.some(({ destination }) => destination === 'worker')).toBe(true);
    expect(sums.withServiceWorker).toBeLessThanOrEqual(FIRST_LOAD_BYTES);

    for (const { path, status, headers } of code) {
      expect.soft(status, path).toBe(200);
      expect.soft(headers['content-encoding'], path).toBe('br');
      const isHashed = path.startsWith('/assets/');
      expect.soft(headers['cache-control'], path).toMatch(isHashed ? /max-age=31536000.*immutable/ : /^no-cache$/);
    }
    expect([...origins]).toEqual([traffic.url]);
    expect(complaints).toEqual([]);
  } finally {
    await traffic.close();
  }
});
