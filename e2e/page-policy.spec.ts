/** The policies of the page in a whole session: nothing in it breaks them, nobody else is asked for anything. */
import { expect, test } from './fixtures.ts';
import { enter, expectHeard, expectTogether } from './support/people.ts';
import { watch } from './support/watch.ts';

const room = { mesh: 'policy-story', password: 'tinsel gravity marble oboe' };

test('[RS21, UI7, UI13] a session of two: no policy is broken, and nobody but the resolver is asked for anything', async ({
  resolver,
  openProfile,
}) => {
  const profile = await openProfile({ permissions: ['clipboard-read', 'clipboard-write'] });
  const { origins, complaints, warnings } = await watch(profile);
  const [first, second] = [await profile.newPage(), await profile.newPage()];
  await first.goto('/');
  const alice = await enter(first, { nickname: 'alice', ...room });
  await second.goto('/');
  const bob = await enter(second, { nickname: 'bob', ...room });
  await expectTogether([alice, bob]);
  const hostile = '<img src=https://other.example/x.png onerror=alert(1)> javascript:alert(1) https://example.org/a.';
  await expectHeard(alice, hostile, [alice, bob]);
  await expectHeard(bob, '[x](javascript:alert(1)) <svg onload=alert(1)>', [alice, bob]);

  const links = bob.log.getByRole('link');
  await expect(links).toHaveText(['https://other.example/x.png', 'https://example.org/a']);
  for (const link of await links.all()) {
    await expect(link).toHaveAttribute('target', '_blank');
    await expect(link).toHaveAttribute('rel', 'noopener noreferrer');
  }

  await first.getByRole('button', { name: 'Share' }).click();
  await expect(first.getByRole('dialog')).toBeVisible();
  await first.getByRole('button', { name: 'Copy link' }).click();
  await first.keyboard.press('Escape');
  await first.evaluate(() => navigator.serviceWorker.ready.then(({ active }) => active!.scriptURL));
  await first.getByRole('button', { name: 'Leave' }).click();
  await enter(first, { nickname: 'alice', ...room });
  await expectTogether([alice, bob]);

  expect(complaints).toEqual([]);
  expect(warnings).toEqual([]);
  expect([...origins]).toEqual([resolver.url]);
});

test('[RS21] text becomes neither HTML nor a script, and no device is to be had', async ({ openPage }) => {
  const page = await openPage();
  const outcome = await page.evaluate(async () => {
    // In a task of the page's own: what the test itself evaluates may do more.
    await new Promise((resolve) => setTimeout(resolve));
    const attempt = (act: () => unknown): string => {
      try {
        act();
        return 'done';
      } catch (error) {
        return (error as Error).name;
      }
    };
    const { trustedTypes } = globalThis as unknown as {
      trustedTypes: { createPolicy(name: string, rules: object): unknown };
    };
    const { featurePolicy } = document as unknown as { featurePolicy: { allowsFeature(name: string): boolean } };
    return {
      html: attempt(() => (document.createElement('p').innerHTML = '<b>x</b>')),
      fragment: attempt(() => document.createRange().createContextualFragment('<b>x</b>')),
      worker: attempt(() => new Worker('/sw.js')),
      script: attempt(() => (document.createElement('script').src = '/sw.js')),
      eval: attempt(() => (0, eval)('1')),
      otherPolicy: attempt(() => trustedTypes.createPolicy('other', {})),
      samePolicyAgain: attempt(() => trustedTypes.createPolicy('peer-channel', {})),
      isolated: crossOriginIsolated,
      devices: ['camera', 'microphone', 'geolocation', 'usb', 'display-capture'].filter((name) =>
        featurePolicy.allowsFeature(name),
      ),
    };
  });
  expect(outcome).toEqual({
    html: 'TypeError',
    fragment: 'TypeError',
    worker: 'TypeError',
    script: 'TypeError',
    eval: 'EvalError',
    otherPolicy: 'TypeError',
    samePolicyAgain: 'TypeError',
    isolated: true,
    devices: [],
  });
});
