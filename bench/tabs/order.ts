/** The arguments of `bench tabs`: how many tabs of which system. Pure. */
import { parseArgs } from 'node:util';
import { failure, success, type Result } from '../../src/core/base/result.ts';

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
  let values;
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: {
        n: { type: 'string', default: DEFAULT_TABS },
        subject: { type: 'string', default: SUBJECTS[0] },
        json: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    return failure(error instanceof Error ? error.message : String(error));
  }
  const n = readTabCount(values.n);
  if (!n.ok) return n;
  const subject = SUBJECTS.find((name) => name === values.subject);
  if (!subject) return failure(`--subject is one of ${SUBJECTS.join(', ')}, not "${values.subject}"`);
  return success({ n: n.value, subject, json: values.json });
}

export function readTabCount(text: string): Result<number, string> {
  const n = /^\d{1,4}$/.test(text) ? Number(text) : NaN;
  if (!(n >= 2 && n <= MAX_TABS)) return failure(`--n is a whole number from 2 to ${MAX_TABS}, not "${text}"`);
  return success(n);
}
