/** The app as the real resolver serves it, in a real browser. */
import { expect, startResolver, test } from './fixtures.ts';
import { watch } from './support/watch.ts';

test('[RS21] the app starts under its own content security policy without breaking it', async ({ openProfile }) => {
  const profile = await openProfile();
  const { complaints } = await watch(profile);
  const page = await profile.newPage();
  await page.goto('/');
  await expect(page.getByRole('textbox', { name: 'Nickname' })).toBeVisible();
  expect(complaints).toEqual([]);
});

test('[RS21] the policy keeps scripts of the page from telling another origin anything', async ({ openPage }) => {
  const other = await startResolver();
  try {
    const page = await openPage();
    const refused = await page.evaluate(async (address) => {
      const nextRefused = () =>
        new Promise<string>((resolve) => {
          document.addEventListener(
            'securitypolicyviolation',
            ({ blockedURI }) => resolve(new URL(blockedURI).origin),
            {
              once: true,
            },
          );
        });
      const socketRefused = nextRefused();
      new WebSocket(`ws://${address}/socket.io/?EIO=4&transport=websocket`);
      const first = await socketRefused;
      const fetchRefused = nextRefused();
      const fetched = await fetch(`http://${address}/health`, { mode: 'no-cors' }).then(
        () => 'fetched',
        () => 'refused',
      );
      return [first, await fetchRefused, fetched];
    }, `localhost:${other.port}`);
    expect(refused).toEqual([`ws://localhost:${other.port}`, `http://localhost:${other.port}`, 'refused']);
  } finally {
    await other.stop();
  }
});

test('[RS19] the resolver stops, and starts again on the same port', async ({ resolver, request }) => {
  const { url } = resolver;
  expect((await request.get(`${url}/health`)).ok()).toBe(true);
  await resolver.stop();
  await expect(request.get(`${url}/health`)).rejects.toThrow('ECONNREFUSED');
  await resolver.start();
  expect(resolver.url).toBe(url);
  expect(await (await request.get(`${url}/health`)).json()).toMatchObject({ status: 'ok', registrations: 0 });
});

test('two resolvers serve beside each other', async ({ resolver, request }) => {
  const other = await startResolver();
  try {
    expect(other.port).not.toBe(resolver.port);
    expect((await request.get(`${other.url}/health`)).ok()).toBe(true);
  } finally {
    await other.stop();
  }
});
