/** The arguments of `bench memory`: how many messages a tab is to receive. Pure. */
import { parseArgs } from 'node:util';
import { failure, success, type Result } from '../../src/core/base/result.ts';

/** What a tab in a busy room gets in a long day. */
const DEFAULT_MESSAGES = '50000';
/** As many as receivers take of the choir's voices (bench/page/choir.ts). */
const MAX_MESSAGES = 100_000;

export interface MemoryOrder {
  readonly messages: number;
  readonly json: boolean;
}

/** The reason is the line a person reads. */
export function readMemoryOrder(argv: readonly string[]): Result<MemoryOrder, string> {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: { messages: { type: 'string', default: DEFAULT_MESSAGES }, json: { type: 'boolean', default: false } },
    }));
  } catch (error) {
    return failure(error instanceof Error ? error.message : String(error));
  }
  const messages = /^\d{1,6}$/.test(values.messages) ? Number(values.messages) : NaN;
  if (!(messages >= 1 && messages <= MAX_MESSAGES))
    return failure(`--messages is a whole number from 1 to ${MAX_MESSAGES}, not "${values.messages}"`);
  return success({ messages, json: values.json });
}
