/** Nodes join one after the other, settle and talk; nothing fails. */
import { atMost, below, EVERYTHING, FEW_HOPS, MEASURED_NODES } from './demand.ts';
import { chatAround, DRAIN_MS, joinStaggered, SETTLE_MS, type Scenario } from './scenario.ts';

const MESSAGES = 100;

export const steadyChat: Scenario = {
  name: 'steady-chat',
  summary: 'staggered joins, then 100 messages of random speakers',
  demands: [
    EVERYTHING,
    FEW_HOPS,
    below('rmr', 1, { fromNodes: MEASURED_NODES }),
    atMost('latencyMsP99', 2_000, { toNodes: 100 }),
    atMost('latencyMsP99', 5_000, { toNodes: 300 }),
  ],
  play(world, nodes, stage) {
    joinStaggered(world, nodes);
    world.clock.runFor(SETTLE_MS);
    stage.begin();
    chatAround(world, MESSAGES);
    world.clock.runFor(DRAIN_MS);
    stage.end();
  },
};
