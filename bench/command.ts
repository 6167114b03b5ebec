/**
 * The command line of the bench: which measurement, with what arguments. Answers by exit code: 0 measured, 1 it could
 * not be, 2 arguments that make no sense.
 */
import { createClosing, type Closing } from './closing.ts';

/** Where a command writes, and what it leaves to be closed. */
export interface CommandHost {
  /** Root of the project. */
  readonly root: string;
  readonly closing: Closing;
  print(text: string): void;
  complain(text: string): void;
}

export type Command = (argv: readonly string[], host: CommandHost) => Promise<number>;

/** Commands are loaded when asked for: a browser's driver or a bundler is not needed to refuse an argument. */
export type Catalogue = Readonly<Record<string, () => Promise<Command>>>;

export async function runCommand(
  [name, ...argv]: readonly string[],
  catalogue: Catalogue,
  place: Omit<CommandHost, 'closing'>,
  closing = createClosing(),
): Promise<number> {
  const load = name !== undefined && Object.hasOwn(catalogue, name) ? catalogue[name] : undefined;
  if (!load) {
    const asked = name === undefined ? 'nothing' : `"${name}"`;
    place.complain(`bench: say what to measure: ${Object.keys(catalogue).join(' or ')}, not ${asked}\n`);
    return 2;
  }
  try {
    const command = await load();
    return await command(argv, { ...place, closing });
  } catch (error) {
    place.complain(`bench ${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    await closing.close();
  }
}
