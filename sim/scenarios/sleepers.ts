/**
 * Every tenth host sleeps for three minutes, and some wake with another wall clock; the others talk on. On waking they
 * find the mesh again and get what was said meanwhile. [SM13]
 */
import { EVERYTHING } from './demand.ts';
import { chatAround, chatFor, DRAIN_MS, joinStaggered, SETTLE_MS, type Scenario } from './scenario.ts';

const EVERY = 10;
const SLEEP_MS = 3 * 60_000;
/** A wall clock may be set right on waking, by as much as an hour. */
const WALL_SHIFT_MS = 60 * 60_000;
/** The others talk for the last part of it: what was said before a laptop is opened is what its owner looks for. */
const TALK_MS = 60_000;
const RELINK_MS = 60_000;
const MESSAGES_AFTER = 20;

export const sleepers: Scenario = {
  name: 'sleepers',
  summary: 'every tenth host sleeps for three minutes while the others talk',
  demands: [EVERYTHING],
  play(world, nodes, stage) {
    joinStaggered(world, nodes);
    world.clock.runFor(SETTLE_MS);
    stage.begin();
    world.living.forEach((resident, place) => {
      if (place % EVERY === 0) world.sleep(resident, SLEEP_MS, (place / EVERY) % 2 === 0 ? WALL_SHIFT_MS : 0);
    });
    world.clock.runFor(SLEEP_MS - TALK_MS);
    chatFor(world, TALK_MS);
    world.clock.runFor(RELINK_MS);
    chatAround(world, MESSAGES_AFTER);
    world.clock.runFor(DRAIN_MS);
    stage.end();
  },
};
