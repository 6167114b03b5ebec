/** The arguments of `bench compare`: how many tabs of each system. Pure. */
import { parseArgs } from 'node:util';
import { failure, success, type Result } from '../../src/core/base/result.ts';
import { DEFAULT_TABS, readTabCount } from '../tabs/order.ts';

export interface CompareOrder {
  readonly n: number;
  readonly json: boolean;
}

/** The reason is the line a person reads. */
export function readCompareOrder(argv: readonly string[]): Result<CompareOrder, string> {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: { n: { type: 'string', default: DEFAULT_TABS }, json: { type: 'boolean', default: false } },
    }));
  } catch (error) {
    return failure(error instanceof Error ? error.message : String(error));
  }
  const n = readTabCount(values.n);
  return n.ok ? success({ n: n.value, json: values.json }) : n;
}
