/** Every tenth node takes part but relays nothing: everybody still gets everything, over others. [SM16] */
import { EVERYTHING, FEW_HOPS } from './demand.ts';
import { chatAround, DRAIN_MS, joinStaggered, SETTLE_MS, type Scenario } from './scenario.ts';

const MESSAGES = 100;
const EVERY = 10;
/** What eager ways lose is brought again over others, some seconds later. */
const REPAIR_MS = 60_000;

export const silentDroppers: Scenario = {
  name: 'silent-droppers',
  summary: 'every tenth node relays nothing; 100 messages of random speakers',
  demands: [EVERYTHING, FEW_HOPS],
  play(world, nodes, stage) {
    joinStaggered(world, nodes, (place) => (place % EVERY === EVERY - 1 ? { meddling: 'Drops' } : {}));
    world.clock.runFor(SETTLE_MS);
    stage.begin();
    chatAround(world, MESSAGES);
    world.clock.runFor(DRAIN_MS);
    stage.end();
    world.clock.runFor(REPAIR_MS);
  },
};
