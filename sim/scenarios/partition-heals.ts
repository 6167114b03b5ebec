/**
 * A settled mesh is cut into two halves, talks on in both, and becomes one again. The resolver stays in reach of both
 * halves, but no signal and no frame passes between them. [SM11]
 */
import { STRANGER_ROUND_MS } from '../../src/core/mesh/maintainer.ts';
import { atMost, EVERYTHING } from './demand.ts';
import { chatAround, chatFor, DRAIN_MS, joinStaggered, SETTLE_MS, type Scenario } from './scenario.ts';

/** From the first whole path until the mesh is one and has told itself everything. */
const HEAL_MS = 90_000;
/** How often it is looked whether the mesh is one again. */
const LOOK_EVERY_MS = 100;
/** Said after that, to see that the mesh is one. */
const MESSAGES_AFTER = 20;
/** In a long cut people talk for the first and the last minute. */
const TALK_MS = 60_000;

function partition(name: string, cutMs: number): Scenario {
  return {
    name,
    summary: `cut into two halves for ${cutMs / 1000} s, both talk on, healed`,
    demands: [
      EVERYTHING,
      atMost('msToFirstLink', 2 * STRANGER_ROUND_MS),
      atMost('msToOneMesh', 10_000),
      atMost('msToEverything', 10_000),
    ],
    play(world, nodes, stage) {
      joinStaggered(world, nodes);
      world.clock.runFor(SETTLE_MS);
      stage.begin();
      const halfOf = (hostIndex: number): number => hostIndex % 2;
      const cutAtMs = world.clock.now();
      world.partition(halfOf);
      chatFor(world, TALK_MS);
      if (cutMs > TALK_MS) {
        world.clock.runFor(cutMs - 2 * TALK_MS);
        chatFor(world, TALK_MS);
      }
      world.heal();
      const healedAtMs = world.clock.now();

      let firstLinkAtMs: number | undefined;
      const unwatch = world.onLink((near, far) => {
        if (halfOf(near.index) !== halfOf(far.index)) firstLinkAtMs ??= world.clock.now();
      });
      let oneMeshAtMs: number | undefined;
      while (world.clock.now() < healedAtMs + HEAL_MS) {
        world.clock.runFor(LOOK_EVERY_MS);
        if (firstLinkAtMs !== undefined && world.shape().splits === 0) oneMeshAtMs ??= world.clock.now();
      }
      unwatch();
      const said = world.ledger.span({ fromMs: cutAtMs, untilMs: healedAtMs }, world.attendances(), 0);
      const since = (atMs: number | undefined, fromMs: number | undefined): number | undefined =>
        atMs === undefined || fromMs === undefined ? undefined : Math.max(0, atMs - fromMs);
      stage.note('msToFirstLink', since(firstLinkAtMs, healedAtMs));
      stage.note('msToOneMesh', since(oneMeshAtMs, firstLinkAtMs));
      stage.note('msToEverything', since(said.lastLateAtMs, firstLinkAtMs));

      chatAround(world, MESSAGES_AFTER);
      world.clock.runFor(DRAIN_MS);
      stage.end();
    },
  };
}

/** Longer than a connection lives unheard. */
export const partitionHeals = partition('partition-heals', 60_000);
/** Longer than envelopes are kept as recent ones. */
export const partitionLong = partition('partition-long', 20 * 60_000);
/** From one evening to the next. */
export const partitionDay = partition('partition-day', 24 * 60 * 60_000);
