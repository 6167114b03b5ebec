/** The app as the real resolver serves it, in a real browser. */
import { expect, startResolver, test } from './fixtures.ts';

test('[RS21] the app starts under its own content security policy without breaking it', async ({ openProfile }) => {
  const page = await (await openProfile()).newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto('/');
  await expect(page.getByRole('textbox', { name: 'Nickname' })).toBeVisible();
  expect(complaints).toEqual([]);
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
