/** The catalogue of scenarios, by name. */
import { churn } from './churn.ts';
import { cloggedPaths } from './clogged-paths.ts';
import { everyoneSpeaks } from './everyone-speaks.ts';
import { guessers } from './guessers.ts';
import { hostileInsiders } from './hostile-insiders.ts';
import { joinStorm } from './join-storm.ts';
import { kill30, kill50 } from './kill.ts';
import { lateJoiner } from './late-joiner.ts';
import { oneSidedCut } from './one-sided-cut.ts';
import { oneSpeaker } from './one-speaker.ts';
import { partitionDay, partitionHeals, partitionLong } from './partition-heals.ts';
import { resolverOutage } from './resolver-outage.ts';
import type { Scenario } from './scenario.ts';
import { silentDroppers } from './silent-droppers.ts';
import { sleepers } from './sleepers.ts';
import { steadyChat } from './steady-chat.ts';

export const scenarios: readonly Scenario[] = [
  steadyChat,
  oneSpeaker,
  everyoneSpeaks,
  joinStorm,
  lateJoiner,
  churn,
  kill30,
  kill50,
  partitionHeals,
  partitionLong,
  partitionDay,
  resolverOutage,
  silentDroppers,
  sleepers,
  oneSidedCut,
  cloggedPaths,
  guessers,
  hostileInsiders,
];
