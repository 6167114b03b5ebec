/** The arguments of `bench compare`: how many tabs of each system. Pure. */
import { success, type Result } from '../../src/core/base/result.ts';
import { JSON_OPTION, readArguments } from '../arguments.ts';
import { readWork, WORK_OPTIONS, type Work } from '../tabs/order.ts';

export interface CompareOrder extends Work {
  readonly json: boolean;
}

/** The reason is the line a person reads. */
export function readCompareOrder(argv: readonly string[]): Result<CompareOrder, string> {
  const given = readArguments(argv, { ...WORK_OPTIONS, ...JSON_OPTION });
  if (!given.ok) return given;
  const work = readWork(given.value);
  return work.ok ? success({ ...work.value, json: given.value.json }) : work;
}
