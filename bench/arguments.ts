/** What a command was asked for, or the line that says what makes no sense. Pure. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { failure, success, type Result } from '../src/core/base/result.ts';

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<Known extends Options> = ReturnType<typeof parseArgs<{ args: string[]; options: Known }>>['values'];

/** Nothing but `options` may stand there. */
export function readArguments<const Known extends Options>(
  argv: readonly string[],
  options: Known,
): Result<Values<Known>, string> {
  try {
    return success(parseArgs({ args: [...argv], options }).values);
  } catch (error) {
    return failure(error instanceof Error ? error.message : String(error));
  }
}

/** Every command that measures can answer a program. */
export const JSON_OPTION = { json: { type: 'boolean', default: false } } as const;
