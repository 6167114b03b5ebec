/**
 * Four insiders come for each member: they have the password, link to everybody and relay nothing; half of them announce what
 * they do not give. What the members say reaches the members all the same. [SM26]
 */
import { TICK_MS } from '../../src/core/mesh/patience.ts';
import type { World } from '../world.ts';
import { atLeast, atMost, EVERYTHING } from './demand.ts';
import { chatAround, DRAIN_MS, joinStaggered, MESSAGE_INTERVAL_MS, SETTLE_MS, type Scenario } from './scenario.ts';

const INSIDERS_PER_MEMBER = 4;
const MESSAGES_BEFORE = 25;
/** Two with each message. */
const INSIDERS_AT_A_TIME = 2;
const TALK_MS = 120_000;
/** A delivery that took longer is late. */
const PROMPT_MS = 5_000;
const RECOVERED_WITHIN_MS = 30_000;
const ENOUGH = 0.999;

export const hostileInsiders: Scenario = {
  name: 'hostile-insiders',
  summary: 'a mesh of a fifth of the nodes talks while four insiders for each member link to it and relay nothing',
  demands: [EVERYTHING, atLeast('promptAfterRecovery', ENOUGH), atMost('msToRecovery', RECOVERED_WITHIN_MS)],
  play(world, nodes, stage) {
    const members = Math.round(nodes / (1 + INSIDERS_PER_MEMBER));
    joinStaggered(world, members);
    world.clock.runFor(SETTLE_MS);
    chatAround(world, MESSAGES_BEFORE);
    const honest = [...world.living];
    stage.begin();
    const begunAtMs = world.clock.now();
    while (world.clock.now() < begunAtMs + TALK_MS) {
      for (let i = 0; i < INSIDERS_AT_A_TIME && world.residents.length < nodes; i++) {
        const isSilent = world.residents.length % 2 === 0;
        world.join({ meddling: isSilent ? 'DropsInSilence' : 'Drops', isHostile: true });
      }
      world.say(honest[world.random.below(honest.length)]!);
      world.clock.runFor(MESSAGE_INTERVAL_MS);
    }
    const endedAtMs = world.clock.now();
    world.clock.runFor(DRAIN_MS);
    stage.end();
    stage.note('promptAfterRecovery', prompt(world, begunAtMs + RECOVERED_WITHIN_MS, endedAtMs));
    let lastAtMs = begunAtMs;
    for (let atMs = begunAtMs; atMs < endedAtMs; atMs += TICK_MS) {
      if (prompt(world, atMs, atMs + TICK_MS) < ENOUGH) lastAtMs = atMs + TICK_MS;
    }
    stage.note('msToRecovery', lastAtMs - begunAtMs);
  },
};

/** The share of the deliveries that happened in time, of what was said in between. */
function prompt(world: World, fromMs: number, untilMs: number): number {
  const { timely, expected } = world.ledger.span({ fromMs, untilMs }, world.attendances(), PROMPT_MS);
  return timely / expected;
}
