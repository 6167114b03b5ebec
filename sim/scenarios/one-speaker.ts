/** One of all speaks, as in a lecture: the mesh finds its ways once and each message then costs hardly more than it must. [SM20] */
import { atMost, EVERYTHING, FEW_HOPS, MEASURED_NODES } from './demand.ts';
import { DRAIN_MS, joinStaggered, MESSAGE_INTERVAL_MS, SETTLE_MS, type Scenario } from './scenario.ts';

/** Said before the cost is measured. */
const MESSAGES_BEFORE = 50;
const MESSAGES = 100;

export const oneSpeaker: Scenario = {
  name: 'one-speaker',
  summary: 'staggered joins, then 150 messages of one speaker, of which the last 100 are measured',
  demands: [EVERYTHING, FEW_HOPS, atMost('rmr', 0.2, { fromNodes: MEASURED_NODES })],
  play(world, nodes, stage) {
    joinStaggered(world, nodes);
    world.clock.runFor(SETTLE_MS);
    speak(MESSAGES_BEFORE);
    world.clock.runFor(DRAIN_MS);
    stage.begin();
    speak(MESSAGES);
    world.clock.runFor(DRAIN_MS);
    stage.end();

    function speak(count: number): void {
      for (let i = 0; i < count; i++) {
        world.say(world.residents[0]!);
        world.clock.runFor(MESSAGE_INTERVAL_MS);
      }
    }
  },
};
