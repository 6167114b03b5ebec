/** Nodes join one after the other, settle and talk; nothing fails. */
import { chatAround, DRAIN_MS, joinStaggered, SETTLE_MS, type Scenario } from './scenario.ts';

const MESSAGES = 100;

export const steadyChat: Scenario = {
  name: 'steady-chat',
  summary: 'staggered joins, then 100 messages of random speakers',
  promisedShare: 1,
  play(world, nodes, chat) {
    joinStaggered(world, nodes);
    world.clock.runFor(SETTLE_MS);
    chat.begin();
    chatAround(world, MESSAGES);
    world.clock.runFor(DRAIN_MS);
    chat.end();
  },
};
