/** Everybody joins in the same instant, as when a link is thrown on the wall of a full hall. */
import { EVERYTHING, FEW_HOPS } from './demand.ts';
import { chatAround, DRAIN_MS, type Scenario } from './scenario.ts';

const MESSAGES = 100;
/** A storm takes longer to settle: everybody dials everybody before anybody is placed. */
const STORM_SETTLE_MS = 60_000;

export const joinStorm: Scenario = {
  name: 'join-storm',
  summary: 'all join in the same instant, settle, then 100 messages',
  demands: [EVERYTHING, FEW_HOPS],
  play(world, nodes, stage) {
    for (let i = 0; i < nodes; i++) world.join();
    world.clock.runFor(STORM_SETTLE_MS);
    stage.begin();
    chatAround(world, MESSAGES);
    world.clock.runFor(DRAIN_MS);
    stage.end();
  },
};
