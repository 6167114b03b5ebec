/** What a test wrote down: facts of an emitter with their names, and lines of the log. */
import type { EventSource } from '../base/emitter.ts';
import type { Log } from '../ports/log.ts';

/** Facts of the named events, as `[name, fact]`, in the order they were told. */
export function recordEvents<Events extends object, Name extends keyof Events>(
  source: EventSource<Events>,
  ...names: readonly Name[]
): (readonly [Name, Events[Name]])[] {
  const heard: (readonly [Name, Events[Name]])[] = [];
  for (const name of names) source.on(name, (fact) => heard.push([name, fact]));
  return heard;
}

export interface RecordingLog {
  readonly log: Log;
  /** `namespace event`, in order. */
  readonly lines: readonly string[];
}

export function createRecordingLog(): RecordingLog {
  const lines: string[] = [];
  return { lines, log: (namespace, event) => lines.push(`${namespace} ${event}`) };
}
