/** Some come when the talk is over: they must get what was said before, and miss nothing of what follows. [SM21] */
import { atLeast, EVERYTHING } from './demand.ts';
import { chatAround, DRAIN_MS, joinStaggered, SETTLE_MS, type Scenario } from './scenario.ts';

const MESSAGES_BEFORE = 60;
const MESSAGES_AFTER = 20;
/** Nobody says anything for so long before they come. */
const SILENCE_MS = 60_000;
/** Of the nodes there were. */
const SHARE_LATE = 0.1;
/** What they are given must be there by then. */
const HISTORY_MS = 30_000;

export const lateJoiner: Scenario = {
  name: 'late-joiner',
  summary: 'some come a minute after 60 messages, and get those too',
  demands: [EVERYTHING, atLeast('historyReach', 1)],
  play(world, nodes, stage) {
    joinStaggered(world, nodes);
    world.clock.runFor(SETTLE_MS);
    stage.begin();
    chatAround(world, MESSAGES_BEFORE);
    const overAtMs = world.clock.now();
    world.clock.runFor(SILENCE_MS);
    const cameAtMs = world.clock.now();
    joinStaggered(world, Math.ceil(nodes * SHARE_LATE));
    world.clock.runFor(HISTORY_MS);
    const late = world.attendances().filter(({ openedAtMs }) => openedAtMs >= cameAtMs);
    const history = world.ledger.span({ fromMs: 0, untilMs: overAtMs }, late, Infinity);
    stage.note('historyReach', history.delivered / history.expected);
    chatAround(world, MESSAGES_AFTER);
    world.clock.runFor(DRAIN_MS);
    stage.end();
  },
};
