/** Everybody says something in the same instant, as when a goal is scored: the dearest moment of a mesh. [SM20] */
import { below, EVERYTHING, FEW_HOPS, MEASURED_NODES } from './demand.ts';
import { chatAround, DRAIN_MS, joinStaggered, SETTLE_MS, type Scenario } from './scenario.ts';

/** Said before it happens, so that the mesh has found its ways. */
const MESSAGES_BEFORE = 50;
/** A thousand envelopes at every node at once: what is beyond a link's budget follows later. */
const OUTBURST_MS = 60_000;

export const everyoneSpeaks: Scenario = {
  name: 'everyone-speaks',
  summary: 'everybody says one message in the same instant',
  demands: [EVERYTHING, FEW_HOPS, below('rmr', 3, { fromNodes: MEASURED_NODES })],
  play(world, nodes, stage) {
    joinStaggered(world, nodes);
    world.clock.runFor(SETTLE_MS);
    chatAround(world, MESSAGES_BEFORE);
    world.clock.runFor(DRAIN_MS);
    stage.begin();
    for (const resident of world.living) world.say(resident);
    world.clock.runFor(OUTBURST_MS);
    stage.end();
  },
};
