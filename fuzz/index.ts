/** All that is fuzzed, by name. */
import { forgeries } from './forgeries.ts';
import { handshakes } from './handshakes.ts';
import { neighbours } from './neighbours.ts';
import { parsers } from './parsers.ts';
import { requests } from './requests.ts';
import { schedules } from './schedules.ts';
import type { Target } from './target.ts';

export const TARGETS: readonly Target[] = [
  ...parsers,
  ...requests,
  ...forgeries,
  ...handshakes,
  ...schedules,
  ...neighbours,
];
