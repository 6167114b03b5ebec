/** Half of a mesh dies at once, and there is no resolver any more. */
import { expect, test } from './fixtures.ts';
import { gather, type Traced } from './support/crowd.ts';
import { messagesOf } from './support/people.ts';
import { killTabs, renderProcessesOf } from './support/render-process.ts';

const room = { mesh: 'mass-failure-story', password: 'tinsel gravity marble oboe' };
const TABS = 12;
const KILLED = TABS / 2;
const TOGETHER_WITHIN_MS = 90_000;
/** A dial brings a link, or lets one go, in less. */
const QUIET_MS = 1_000;
/** What is said reaches everybody who lives by then. */
const HEARD_WITHIN_MS = 30_000;
/** A dead neighbour counts as one until its link is closed, 25 s after it fell silent. [NB5] */
const RELINKED_WITHIN_MS = 60_000;

test.setTimeout(300_000);

test('[BR8, TP2, TP4, NB5] half of 12 tabs killed without a resolver: the others hear everything once and link anew @long', async ({
  resolver,
  openProfile,
}) => {
  const all = await gather(await openProfile(), TABS, room, { timeoutMs: TOGETHER_WITHIN_MS });
  for (const { status } of all) await expect(status).toHaveText(/^Online · ([4-9]|10) neighbours · /);
  await resolver.stop();
  for (const { page } of all) await expect(page.getByText('The resolver cannot be reached')).toBeVisible();

  const processes = await renderProcessesOf(all.map(({ page }) => page));
  // A link being moved could leave a survivor with none; so none is, and nothing is awaited from this choice to the deaths.
  await expect.poll(() => quietMs(all), { intervals: [50], timeout: TOGETHER_WITHIN_MS }).toBeGreaterThan(QUIET_MS);
  const living = hardestSurvivors(all);
  const dead = all.filter((person) => !living.includes(person));
  test.info().annotations.push({ type: 'linksAmongTheLiving', description: String(linksAmong(living)) });
  const { killedAt } = await killTabs(
    dead.map(({ page }) => page),
    processes,
  );

  const expected: string[] = [];
  for (const person of living) {
    await person.say(`still here, says ${person.nickname}`);
    expected.push(`[${person.nickname}] still here, says ${person.nickname}`);
  }
  for (const person of living) {
    await expect
      .poll(() => messagesOf(person, /^\[peer-\d+\] still here/), {
        timeout: killedAt + HEARD_WITHIN_MS - performance.now(),
      })
      .toEqual(expected.sort());
  }
  test.info().annotations.push({ type: 'heardAfterMs', description: String(Math.round(performance.now() - killedAt)) });

  for (const { status, members } of living) {
    // Five others are left; fewer links than four are too few, and more than five would count dead ones.
    await expect(status).toHaveText(/^Online · [45] neighbours · 6 members/, { timeout: RELINKED_WITHIN_MS });
    await expect(members).toHaveCount(living.length);
  }
  test
    .info()
    .annotations.push({ type: 'linkedAfterMs', description: String(Math.round(performance.now() - killedAt)) });
  await living[0]!.say('that was all');
  for (const person of living) await expect(person.message(living[0]!.nickname, 'that was all')).toHaveCount(1);
  for (const person of living) expect(await messagesOf(person, /^\[peer-\d+\] still here/)).toEqual(expected);
});

/**
 * Those half of them whose loss leaves the fewest links among the others, yet leaves these in one piece: whoever has lost
 * every neighbour, and has no resolver, is found by nobody.
 */
function hardestSurvivors(all: readonly Traced[]): readonly Traced[] {
  const choices = choose(all, all.length - KILLED).filter(isOnePiece);
  return choices.reduce((hardest, choice) => (linksAmong(choice) < linksAmong(hardest) ? choice : hardest));
}

function choose<Element>(list: readonly Element[], count: number): Element[][] {
  if (count === 0) return [[]];
  return list.flatMap((element, index) => choose(list.slice(index + 1), count - 1).map((rest) => [element, ...rest]));
}

const isLinked = (a: Traced, b: Traced): boolean => a.trace.linked.has(b.trace.nodeId!);

/** Since a node last dialled, or a link opened or closed. */
const quietMs = (all: readonly Traced[]): number =>
  performance.now() - Math.max(...all.map(({ trace }) => trace.facts.at(-1)!.at));

function linksAmong(persons: readonly Traced[]): number {
  return persons.reduce((sum, person) => sum + persons.filter((other) => isLinked(person, other)).length, 0) / 2;
}

function isOnePiece(persons: readonly Traced[]): boolean {
  const reached = new Set(persons.slice(0, 1));
  for (const person of reached) for (const other of persons) if (isLinked(person, other)) reached.add(other);
  return reached.size === persons.length;
}
