/** The arguments of `bench tabs`: how many tabs of which system. Pure. */
import { failure, success, type Result } from '../../src/core/base/result.ts';
import { JSON_OPTION, readArguments } from '../arguments.ts';

/** Systems that a tab of the bench can run (bench/page/main.ts). */
export const SUBJECTS = ['peer-channel', 'trystero', 'y-webrtc'] as const;
export type SubjectName = (typeof SUBJECTS)[number];

/** Where nobody says otherwise. */
export const DEFAULT_TABS = '8';
/** Beyond this many renderers a machine measures its memory. */
const MAX_TABS = 512;

export interface TabsOrder {
  readonly n: number;
  readonly subject: SubjectName;
  readonly json: boolean;
}

/** The reason is the line a person reads. */
export function readTabsOrder(argv: readonly string[]): Result<TabsOrder, string> {
  const given = readArguments(argv, {
    n: { type: 'string', default: DEFAULT_TABS },
    subject: { type: 'string', default: SUBJECTS[0] },
    ...JSON_OPTION,
  });
  if (!given.ok) return given;
  const n = readTabCount(given.value.n);
  if (!n.ok) return n;
  const subject = SUBJECTS.find((name) => name === given.value.subject);
  if (!subject) return failure(`--subject is one of ${SUBJECTS.join(', ')}, not "${given.value.subject}"`);
  return success({ n: n.value, subject, json: given.value.json });
}

export function readTabCount(text: string): Result<number, string> {
  const n = /^\d{1,4}$/.test(text) ? Number(text) : NaN;
  if (!(n >= 2 && n <= MAX_TABS)) return failure(`--n is a whole number from 2 to ${MAX_TABS}, not "${text}"`);
  return success(n);
}
