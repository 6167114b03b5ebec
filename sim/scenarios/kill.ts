/**
 * A share of a settled mesh is killed in one instant, while the others talk on. [SM18]
 * Nobody is told: the living find out by silence, look for others, and tell each other what got lost meanwhile.
 */
import { SUSPECT_AFTER_MS } from '../../src/core/mesh/patience.ts';
import { atLeast, atMost, EVERYTHING, MEASURED_NODES, type Demand } from './demand.ts';
import { chatAround, chatFor, DRAIN_MS, joinStaggered, SETTLE_MS, type Scenario } from './scenario.ts';

/** Said before it happens, so that the mesh has found its ways. */
const MESSAGES_BEFORE = 50;
/** The living talk on for so long after it. */
const TALK_MS = 60_000;
/** A message that took longer was lost and brought again, whatever the pair's latency and the hops. */
export const TIMELY_MS = 2_000;
/** Whoever lost all neighbours gives them up after 25 s and looks for others: what it said must still get through. */
const KILL_DRAIN_MS = 30_000 + DRAIN_MS;

function kill(share: number, demands: readonly Demand[]): Scenario {
  return {
    name: `kill-${share * 100}`,
    summary: `${share * 100} % of the nodes are killed in one instant, the others talk on`,
    demands: [EVERYTHING, ...demands],
    play(world, nodes, stage) {
      joinStaggered(world, nodes);
      world.clock.runFor(SETTLE_MS);
      chatAround(world, MESSAGES_BEFORE);
      stage.begin();
      for (const resident of world.sample(Math.round(nodes * share))) world.kill(resident);
      const killedAtMs = world.clock.now();
      chatFor(world, TALK_MS);
      world.clock.runFor(KILL_DRAIN_MS);
      stage.end();
      // Before anybody is suspected nothing can have been repaired.
      const unrepaired = { fromMs: killedAtMs, untilMs: killedAtMs + SUSPECT_AFTER_MS };
      const before = world.ledger.span(unrepaired, world.attendances(), TIMELY_MS);
      stage.note('reachBeforeRepair', before.timely / before.expected);
      const after = world.ledger.span({ fromMs: killedAtMs, untilMs: Infinity }, world.attendances(), TIMELY_MS);
      const { lastLateAtMs } = after;
      stage.note('msToWhole', lastLateAtMs === undefined ? undefined : Math.max(0, lastLateAtMs - killedAtMs));
    },
  };
}

export const kill30 = kill(0.3, [
  // In a small mesh a single speaker who lost all neighbours is more than a thousandth.
  atLeast('reachBeforeRepair', 0.999, { fromNodes: MEASURED_NODES }),
  atMost('msToWhole', 30_000),
]);
export const kill50 = kill(0.5, [atMost('msToWhole', 60_000)]);
