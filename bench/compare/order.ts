/** The arguments of `bench compare`: how many tabs of each system. Pure. */
import { success, type Result } from '../../src/core/base/result.ts';
import { JSON_OPTION, readArguments } from '../arguments.ts';
import { DEFAULT_TABS, readTabCount } from '../tabs/order.ts';

export interface CompareOrder {
  readonly n: number;
  readonly json: boolean;
}

/** The reason is the line a person reads. */
export function readCompareOrder(argv: readonly string[]): Result<CompareOrder, string> {
  const given = readArguments(argv, { n: { type: 'string', default: DEFAULT_TABS }, ...JSON_OPTION });
  if (!given.ok) return given;
  const n = readTabCount(given.value.n);
  return n.ok ? success({ n: n.value, json: given.value.json }) : n;
}
