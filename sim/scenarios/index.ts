/** The catalogue of scenarios, by name. */
import { churn } from './churn.ts';
import { joinStorm } from './join-storm.ts';
import { partitionHeals } from './partition-heals.ts';
import type { Scenario } from './scenario.ts';
import { steadyChat } from './steady-chat.ts';

export const scenarios: readonly Scenario[] = [steadyChat, joinStorm, churn, partitionHeals];
