/** People who write before anybody is there, or without each other: everything goes out, and all read it in one order. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { expect, startResolver, test, type ResolverProcess } from './fixtures.ts';
import { enter, expectHeard, expectTogether, type Person } from './support/people.ts';

const password = 'tinsel gravity marble oboe';

/** Texts of the messages in this person's log, from top to bottom. */
const textsOf = (person: Person): Promise<string[]> => person.log.locator('.bubble .text').allTextContents();

test('[OB1, OB4, CH7, CH11] what one writes alone waits, and goes out by itself when somebody comes', async ({
  openPage,
}) => {
  const room = { mesh: 'outbox-story', password };
  const alice = await enter(await openPage(), { nickname: 'alice', ...room });
  // At once, while nobody has been looked for yet.
  await alice.say('the gate is open');
  await expect(alice.status).toContainText('nobody else is here yet');
  await alice.say('I am on the bridge');
  await expect(alice.log.getByText('Nobody has received these 2 yet')).toBeVisible();

  const bob = await enter(await openPage(), { nickname: 'bob', ...room });
  await expectTogether([alice, bob]);
  await expect(bob.message('alice', 'the gate is open')).toHaveCount(1);
  await expect(alice.log).not.toContainText('Nobody has received');
  await expectHeard(bob, 'coming', [alice, bob]);
  for (const person of [alice, bob])
    expect(await textsOf(person)).toEqual(['the gate is open', 'I am on the bridge', 'coming']);

  // The one she was linked to is gone: what she says next waits for the next.
  await bob.line.fill('q');
  await bob.line.press('Enter');
  await expect(alice.status).toContainText('Offline');
  await alice.say('anybody else?');
  await expect(alice.log.getByText('Nobody has received this yet')).toBeVisible();
  const carol = await enter(await openPage(), { nickname: 'carol', ...room });
  await expect(carol.message('alice', 'anybody else?')).toHaveCount(1);
  await expect(alice.log).not.toContainText('Nobody has received');
});

/** Hands every connection to its port on to another. */
async function forward(port: number, to: number): Promise<{ close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((near) => {
    const far = connect(to, 'localhost');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('close', () => other.destroy());
      // A browser that goes resets its connection; the close that follows says enough.
      one.on('error', () => one.destroy());
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(port, 'localhost', resolve));
  return {
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

test('[CH10, ST1, ST3] two halves that wrote without each other read one order when they have met', async ({
  resolver,
  openPage,
}) => {
  test.setTimeout(120_000);
  const room = { mesh: 'two-halves', password };
  const other: ResolverProcess = await startResolver();
  const alice = await enter(await openPage(), { nickname: 'alice', ...room });
  const bob = await enter(await openPage(), { nickname: 'bob', ...room });
  const carol = await enter(await openPage(`${other.url}/`), { nickname: 'carol', ...room });
  const dave = await enter(await openPage(`${other.url}/`), { nickname: 'dave', ...room });
  const halves = [
    [alice, bob],
    [carol, dave],
  ] as const;
  for (const half of halves) await expectTogether(half);

  const said: string[] = [];
  for (let turn = 0; turn < 6; turn++) {
    const half = halves[turn % 2]!;
    const speaker = half[(turn >> 1) % 2]!;
    said.push(`${speaker.nickname} in turn ${turn}`);
    await expectHeard(speaker, said.at(-1)!, half);
  }

  // The other half's resolver goes, and at its address the first is reached.
  await other.stop();
  const way = await forward(other.port, resolver.port);
  try {
    const all = [alice, bob, carol, dave];
    for (const { members } of all) await expect(members).toHaveCount(4, { timeout: 60_000 });
    for (const person of all) await expect.poll(() => textsOf(person)).toEqual(said);
    await expectHeard(dave, 'there you are', all);
    for (const person of all) expect((await textsOf(person)).at(-1)).toBe('there you are');
  } finally {
    await way.close();
  }
});
