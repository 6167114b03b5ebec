/**
 * A resolver that lies about every signal: it can keep people apart, and nothing more. Nobody is linked to anybody but who
 * they are, nothing is read, and people are told why they are alone.
 */
import type { BrowserContext } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import {
  createLyingResolver,
  partsOf,
  withDescription,
  type Delivery,
  type Lie,
  type LyingResolver,
} from './support/lying-resolver.ts';
import { standBetween } from './support/middle.ts';
import { enter, expectHeard, expectTogether, type Person } from './support/people.ts';

const mesh = 'lying-resolver-story';
const password = 'tinsel gravity marble oboe';
/** A dial fails for want of a connection after 15 s; then people are told. */
const TOLD_WITHIN_MS = 40_000;
const NO_CONNECTION = /^Offline · 0 neighbours · .* · no connection gets through$/;
const DIFFERS = /^Offline · 0 neighbours · .* · passwords differ$/;

test.setTimeout(120_000);

const otherPrint = Array(32).fill('AA').join(':');
const FINGERPRINT = /a=fingerprint:sha-256 [0-9A-F:]+/;

/** Alice and bob, each in a profile of their own, both in the liar's hands. */
async function meet(
  resolver: LyingResolver,
  openProfile: () => Promise<BrowserContext>,
  passwords: readonly [string, string] = [password, password],
): Promise<[Person, Person]> {
  const persons: Person[] = [];
  for (const [index, nickname] of ['alice', 'bob'].entries()) {
    const page = await (await openProfile()).newPage();
    await resolver.serve(page);
    await page.goto('/');
    persons.push(await enter(page, { nickname, mesh, password: passwords[index]! }));
    // Alice is there before bob, and has heard that she is alone.
    if (index === 0) await expect(persons[0]!.status).toContainText('nobody else is here yet');
  }
  return persons as [Person, Person];
}

/** In `npm test` the two that other systems fell for; the others, each of which waits for a dial to fail, with the long ones. */
const lies: readonly (readonly [string, '' | ' @long', Lie])[] = [
  [
    'another fingerprint in every description',
    '',
    (delivery) => [withDescription(delivery, (sdp) => sdp.replace(FINGERPRINT, `a=fingerprint:sha-256 ${otherPrint}`))],
  ],
  [
    'a second fingerprint behind the first',
    '',
    (delivery) => [
      withDescription(delivery, (sdp) =>
        sdp.replace(FINGERPRINT, (line) => `${line}\r\na=fingerprint:sha-256 ${otherPrint}`),
      ),
    ],
  ],
  [
    'a second fingerprint before the first',
    ' @long',
    (delivery) => [
      withDescription(delivery, (sdp) =>
        sdp.replace(FINGERPRINT, (line) => `a=fingerprint:sha-256 ${otherPrint}\r\n${line}`),
      ),
    ],
  ],
  [
    'a second section',
    ' @long',
    (delivery) => [withDescription(delivery, (sdp) => sdp + sdp.slice(sdp.indexOf('m=')))],
  ],
  [
    'everybody’s own words come back to them',
    ' @long',
    (delivery, index, resolver) => {
      resolver.tell(1 - index, delivery);
      return [];
    },
  ],
  [
    'another nonce in every offer and answer',
    ' @long',
    (delivery) => [
      { ...delivery, signal: delivery.signal.replace(/^([OA][0-9a-f]{16})./, (_, head: string) => `${head}f`) },
    ],
  ],
  [
    'said to be of somebody else',
    ' @long',
    (delivery) => [{ ...delivery, from: delivery.from.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) }],
  ],
];

for (const [what, tag, lie] of lies) {
  test(`[PF1, PF3, PF4, LT3, LT4, LT7, CH9] ${what}: nobody is linked, and both are told${tag}`, async ({
    openProfile,
  }) => {
    const liar = createLyingResolver(lie);
    const both = await meet(liar, openProfile);
    for (const { status } of both) await expect(status).toHaveText(NO_CONNECTION, { timeout: TOLD_WITHIN_MS });
    expect(liar.seen.length).toBeGreaterThan(0);
    for (const { log } of both) await expect(log).not.toContainText(/(alice|bob) joined/);
  });
}

test('[SG2, SG5, SG6] doubled, late and out of order, and what was said in earlier sessions: the true two are linked once', async ({
  openProfile,
}) => {
  const earlier: Delivery[] = [];
  const held: Delivery[] = [];
  const liar = createLyingResolver((delivery) => {
    const before = [...earlier];
    earlier.push(delivery);
    // Candidates come before the description that they belong to, and everything twice, among all that was said before.
    if (!/^[OA]/.test(delivery.signal)) held.push(delivery);
    return [...before, ...held, delivery, delivery];
  });
  const [alice, bob] = await meet(liar, openProfile);
  await expectTogether([alice, bob], TOLD_WITHIN_MS);
  for (const { status } of [alice, bob]) await expect(status).toHaveText('Online · 1 neighbour · 2 members');
  await expectHeard(alice, 'heard once', [alice, bob]);
});

for (const [what, tag, passwords] of [
  ['the right password', '', [password, password]],
  ['another password', ' @long', [password, 'tinsel gravity marble obo']],
] as const) {
  test(`[PF4, PF7, LK2, CH9] somebody between two connections, at the far end of which is ${what}: no more than the proof passes, and both are told${tag}`, async ({
    openPage,
    openProfile,
  }) => {
    const middle = await standBetween(await openPage('/health'));
    let answer: string | undefined;
    let taken = 0;
    const liar = createLyingResolver((delivery, index, resolver) => {
      const { head, transport } = partsOf(delivery.signal);
      void (async () => {
        const description = JSON.parse(transport || 'null') as { type: string; sdp: string } | null;
        const say = (kind: string, sdp: string): void =>
          resolver.tell(index, { ...delivery, signal: head + JSON.stringify({ type: kind, sdp }) });
        // One connection with each is enough: what is dialled afterwards is not answered.
        if (description?.type === 'offer' && taken++ === 0) {
          const made = await middle.takeOffer(description.sdp);
          ({ answer } = made);
          say('offer', made.offer);
        } else if (description?.type === 'answer') {
          await middle.takeAnswer(description.sdp);
          say('answer', answer!);
        }
      })();
      return [];
    });
    const both = await meet(liar, openProfile, passwords);
    for (const { status } of both) await expect(status).toHaveText(DIFFERS, { timeout: TOLD_WITHIN_MS });
    const heard = await middle.heard();
    // Hello, Share and Confirm of each: the two were connected to the middle, and that was all it heard.
    for (const lengths of heard) {
      expect(lengths.length).toBeGreaterThanOrEqual(2);
      expect(lengths.length).toBeLessThanOrEqual(3);
    }
    for (const { log } of both) await expect(log).not.toContainText(/(alice|bob) joined/);
  });
}
