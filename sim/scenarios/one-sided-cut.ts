/**
 * For a minute every fifth node is heard by the others but hears nothing of them, as behind a broken firewall; then the
 * path is whole again. [SM14]
 */
import { EVERYTHING } from './demand.ts';
import { chatAround, chatFor, DRAIN_MS, joinStaggered, SETTLE_MS, type Scenario } from './scenario.ts';

const EVERY = 5;
const CUT_MS = 60_000;
/** From the whole path until the mesh is one and has told itself everything. */
const HEAL_MS = 90_000;
const MESSAGES_AFTER = 20;

export const oneSidedCut: Scenario = {
  name: 'one-sided-cut',
  summary: 'every fifth node is heard but hears nothing for 60 s',
  demands: [EVERYTHING],
  play(world, nodes, stage) {
    joinStaggered(world, nodes);
    world.clock.runFor(SETTLE_MS);
    stage.begin();
    world.partition((hostIndex) => (hostIndex % EVERY === 0 ? 0 : 1), 'One');
    chatFor(world, CUT_MS);
    world.heal();
    world.clock.runFor(HEAL_MS);
    chatAround(world, MESSAGES_AFTER);
    world.clock.runFor(DRAIN_MS);
    stage.end();
  },
};
