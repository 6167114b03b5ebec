/** Steady chat while somebody comes or goes every second: half the goings are a wave, half a crash. */
import { atLeast } from './demand.ts';
import { joinStaggered, MESSAGE_INTERVAL_MS, SETTLE_MS, type Scenario } from './scenario.ts';

const CHURN_MS = 60_000;
/** Between two changes; comings and goings alternate, so that the number of nodes stays about the same. */
const CHANGE_INTERVAL_MS = 1_000;
/** A killed neighbour is given up after 25 s of silence at the latest: until then something may still be on its way. */
const CHURN_DRAIN_MS = 40_000;

export const churn: Scenario = {
  name: 'churn',
  summary: 'steady chat while one node a second joins, leaves or is killed',
  demands: [atLeast('reach', 0.999)],
  play(world, nodes, stage) {
    joinStaggered(world, nodes);
    world.clock.runFor(SETTLE_MS);
    stage.begin();
    const ticksPerChange = CHANGE_INTERVAL_MS / MESSAGE_INTERVAL_MS;
    for (let tick = 0; tick < CHURN_MS / MESSAGE_INTERVAL_MS; tick++) {
      if (tick % ticksPerChange === 0) change(tick / ticksPerChange);
      const speaker = world.pick(true);
      if (speaker) world.say(speaker);
      world.clock.runFor(MESSAGE_INTERVAL_MS);
    }
    world.clock.runFor(CHURN_DRAIN_MS);
    stage.end();

    function change(turn: number): void {
      if (turn % 2 === 0) {
        world.join();
        return;
      }
      const goer = world.pick();
      if (!goer) return;
      if (turn % 4 === 1) world.leave(goer);
      else world.kill(goer);
    }
  },
};
