/** One link of every tenth node drains at a trickle while everybody talks: what it holds up comes over others. [SM15] */
import { atMost, EVERYTHING } from './demand.ts';
import { chatAround, DRAIN_MS, joinStaggered, SETTLE_MS, type Scenario } from './scenario.ts';

const EVERY = 10;
/** A phone at the edge of its cell: a message of 350 bytes takes a third of a second. */
const TRICKLE_BYTES_PER_MS = 1;
const MESSAGES = 300;

export const cloggedPaths: Scenario = {
  name: 'clogged-paths',
  summary: 'a link of every tenth node drains at 1 KB/s; 300 messages of random speakers',
  demands: [EVERYTHING, atMost('latencyMsP99', 1_000)],
  play(world, nodes, stage) {
    joinStaggered(world, nodes);
    world.clock.runFor(SETTLE_MS);
    stage.begin();
    const byId = new Map(world.living.map((resident) => [resident.node.nodeId, resident]));
    for (const { index, node } of world.living) {
      const [far] = node.neighbours;
      if (index % EVERY !== 0 || far === undefined) continue;
      world.network.clog(index, byId.get(far)!.index, TRICKLE_BYTES_PER_MS);
    }
    chatAround(world, MESSAGES);
    world.clock.runFor(DRAIN_MS);
    stage.end();
  },
};
