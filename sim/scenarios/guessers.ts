/**
 * Somebody without the password makes up node after node, each with another guess: 500 attempts at links for each member,
 * while the members talk, come and go. [SM25]
 */
import type { Resident, World } from '../world.ts';
import { atLeast, atMost, EVERYTHING } from './demand.ts';
import { DRAIN_MS, joinStaggered, SETTLE_MS, type Scenario } from './scenario.ts';

const ATTEMPTS_PER_MEMBER = 500;
/** Two new guessers a second, each of which lives for as long as its first dials take. */
const GUESSER_INTERVAL_MS = 500;
const GUESSERS_AT_ONCE = 8;
const MESSAGE_EVERY = 4;
/** A member leaves and another comes: every minute. */
const CHANGE_EVERY = 120;
/**
 * Who comes while somebody guesses looks like one more guess, and waits for its turn: the more members there are, the sooner
 * one of them has room for a stranger.
 */
const ADMITTED_WITHIN_MS = 300_000;
const MANY = 20;
const ADMITTED_BY_MANY_WITHIN_MS = 60_000;
/** As PF8 has them: of strangers and members six a minute each, of those it dials itself twelve. */
const GUESSES_PER_MINUTE = 24;

export const guessers: Scenario = {
  name: 'guessers',
  summary: 'somebody guesses the password, 500 times for each member, while they talk, come and go',
  demands: [
    EVERYTHING,
    atLeast('attemptsPerMember', ATTEMPTS_PER_MEMBER),
    atMost('guessesPerMemberMinute', GUESSES_PER_MINUTE),
    atMost('msToAdmission', ADMITTED_WITHIN_MS),
    atMost('msToAdmission', ADMITTED_BY_MANY_WITHIN_MS, { fromNodes: MANY }),
  ],
  play(world, nodes, stage) {
    joinStaggered(world, nodes);
    world.clock.runFor(SETTLE_MS);
    const members = [...world.living];
    const busiest = countGuesses(members);
    const guessing: Resident[] = [];
    let attempts = 0;
    let msToAdmission = 0;
    stage.begin();
    const startedAtMs = world.clock.now();
    for (let turn = 0; attempts < ATTEMPTS_PER_MEMBER * nodes; turn++) {
      guessing.push(world.join({ password: `guess ${turn}` }));
      if (guessing.length > GUESSERS_AT_ONCE) attempts += end(world, guessing.shift()!);
      if (turn % MESSAGE_EVERY === 0) world.say(one(world, members));
      if (turn % CHANGE_EVERY === CHANGE_EVERY - 1) {
        // Not one that was not let in yet: it would take along what nobody has heard.
        const goer = one(
          world,
          members.filter(({ node }) => node.isOnline),
        );
        members.splice(members.indexOf(goer), 1);
        world.leave(goer);
        const newcomer = world.join();
        const cameAtMs = world.clock.now();
        newcomer.node.on('online', () => (msToAdmission = Math.max(msToAdmission, world.clock.now() - cameAtMs)));
        members.push(newcomer);
      }
      world.clock.runFor(GUESSER_INTERVAL_MS);
    }
    const minutes = (world.clock.now() - startedAtMs) / 60_000;
    for (const guesser of guessing) attempts += end(world, guesser);
    world.clock.runFor(SETTLE_MS + DRAIN_MS);
    stage.end();
    stage.note('attemptsPerMember', attempts / nodes);
    stage.note('guessesPerMemberMinute', busiest() / minutes);
    stage.note('msToAdmission', members.every(({ node }) => node.isOnline) ? msToAdmission : undefined);
  },
};

/** Says how many guesses the member took part in that took part in the most. */
function countGuesses(members: readonly Resident[]): () => number {
  const guesses = new Map(members.map(({ index }) => [index, 0]));
  for (const { index, node } of members)
    node.on('anotherPasswordMet', () => guesses.set(index, guesses.get(index)! + 1));
  return () => Math.max(...guesses.values());
}

/** Its dials, each of which was an attempt at somebody. */
function end(world: World, guesser: Resident): number {
  const { dialsOverResolver } = guesser.node.counters;
  world.kill(guesser);
  return dialsOverResolver;
}

const one = (world: World, members: readonly Resident[]): Resident => members[world.random.below(members.length)]!;
