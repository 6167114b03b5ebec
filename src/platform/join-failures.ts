/** What joining fails with: whatever a step throws becomes an error of the closed set, the thrown one as its cause. [JN1] */
import { PeerChannelError, type ErrorCode } from '../core/base/errors.ts';

/** The step's own error if it is one of the set, else `code`. */
export async function failingWith<Value>(code: ErrorCode, step: Promise<Value>): Promise<Value> {
  try {
    return await step;
  } catch (cause) {
    if (cause instanceof PeerChannelError) throw cause;
    throw new PeerChannelError(code, cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
