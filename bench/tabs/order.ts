/** The arguments of `bench tabs`: how many tabs of which system. Pure. */
import { parseArgs } from 'node:util';
import { failure, success, type Result } from '../../src/core/base/result.ts';

/** Systems that a tab of the bench can run (bench/page/main.ts). */
export const SUBJECTS = ['peer-channel'] as const;
export type SubjectName = (typeof SUBJECTS)[number];

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
        n: { type: 'string', default: '8' },
        subject: { type: 'string', default: SUBJECTS[0] },
        json: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    return failure(error instanceof Error ? error.message : String(error));
  }
  const n = /^\d{1,4}$/.test(values.n) ? Number(values.n) : NaN;
  if (!(n >= 2 && n <= MAX_TABS)) return failure(`--n is a whole number from 2 to ${MAX_TABS}, not "${values.n}"`);
  const subject = SUBJECTS.find((name) => name === values.subject);
  if (!subject) return failure(`--subject is one of ${SUBJECTS.join(', ')}, not "${values.subject}"`);
  return success({ n, subject, json: values.json });
}
