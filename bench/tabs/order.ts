/** The arguments of `bench tabs`: how many tabs of which system. Pure. */
import { failure, success, type Result } from '../../src/core/base/result.ts';
import { JSON_OPTION, readArguments } from '../arguments.ts';

/** Systems that are compared. */
export const SYSTEMS = ['peer-channel', 'trystero', 'y-webrtc'] as const;
export type SystemName = (typeof SYSTEMS)[number];

/** What a tab of the bench can run (bench/page/main.ts): these, and what a partial mesh could do at best. */
export const SUBJECTS = [...SYSTEMS, 'bare-mesh'] as const;
export type SubjectName = (typeof SUBJECTS)[number];

/** Where nobody says otherwise. Peer Channel goes on linking for some time after newcomers have come (TP13). */
export const WORK_OPTIONS = {
  n: { type: 'string', default: '8' },
  'rest-ms': { type: 'string', default: '12000' },
} as const;
/** Beyond this many renderers a machine measures its memory. */
const MAX_TABS = 512;
/** As long as eight tabs are given to come to rest. */
const MAX_REST_MS = 60_000;

/** What all systems are given to do. */
export interface Work {
  /** Tabs. */
  readonly n: number;
  /** When no connection of any tab has changed for so long, those that came have come to rest. */
  readonly restMs: number;
}

export interface SubjectWork extends Work {
  readonly subject: SubjectName;
}

export interface TabsOrder extends SubjectWork {
  readonly json: boolean;
}

/** The reason is the line a person reads. */
export function readTabsOrder(argv: readonly string[]): Result<TabsOrder, string> {
  const given = readArguments(argv, {
    ...WORK_OPTIONS,
    subject: { type: 'string', default: SUBJECTS[0] },
    ...JSON_OPTION,
  });
  if (!given.ok) return given;
  const work = readWork(given.value);
  if (!work.ok) return work;
  const subject = SUBJECTS.find((name) => name === given.value.subject);
  if (!subject) return failure(`--subject is one of ${SUBJECTS.join(', ')}, not "${given.value.subject}"`);
  return success({ ...work.value, subject, json: given.value.json });
}

export function readWork(given: { readonly n: string; readonly 'rest-ms': string }): Result<Work, string> {
  const n = readCount('n', given.n, 2, MAX_TABS);
  if (!n.ok) return n;
  const restMs = readCount('rest-ms', given['rest-ms'], 0, MAX_REST_MS);
  return restMs.ok ? success({ n: n.value, restMs: restMs.value }) : restMs;
}

function readCount(option: string, text: string, least: number, most: number): Result<number, string> {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : NaN;
  if (count >= least && count <= most) return success(count);
  return failure(`--${option} is a whole number from ${least} to ${most}, not "${text}"`);
}
