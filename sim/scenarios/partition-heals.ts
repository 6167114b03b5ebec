/**
 * A settled mesh is cut into two halves for a minute, talks on in both, and becomes one again. The resolver stays in
 * reach of both halves, but no signal and no frame passes between them.
 */
import { chatAround, DRAIN_MS, joinStaggered, MESSAGE_INTERVAL_MS, SETTLE_MS, type Scenario } from './scenario.ts';

const CUT_MS = 60_000;
/** From the first whole path until the mesh is one and has told itself everything. */
const HEAL_MS = 90_000;
/** Said after that, to see that the mesh is one. */
const MESSAGES_AFTER = 20;

export const partitionHeals: Scenario = {
  name: 'partition-heals',
  summary: 'cut into two halves for 60 s, both talk on, healed',
  promisedShare: 1,
  play(world, nodes, chat) {
    joinStaggered(world, nodes);
    world.clock.runFor(SETTLE_MS);
    chat.begin();
    world.partition((hostIndex) => hostIndex % 2);
    chatAround(world, CUT_MS / MESSAGE_INTERVAL_MS);
    world.heal();
    world.clock.runFor(HEAL_MS);
    chatAround(world, MESSAGES_AFTER);
    world.clock.runFor(DRAIN_MS);
    chat.end();
  },
};
