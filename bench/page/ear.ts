/** What a tab has heard, by phase: latencies, duplicates, and whether it was all. Knows no system and no clock. */
import type { Phase, PhaseReport } from './contract.ts';
import { readSaid } from './said.ts';

export interface Ear {
  hear(text: string, now: number): void;
  /** Settles when that many different messages have been heard in this phase. */
  heard(phase: Phase, count: number): Promise<void>;
  report(): Record<Phase, PhaseReport>;
}

interface PhaseRecord {
  readonly known: Set<string>;
  readonly latenciesMs: number[];
  duplicates: number;
  lastAt: number;
}

export function createEar(): Ear {
  const empty = (): PhaseRecord => ({ known: new Set(), latenciesMs: [], duplicates: 0, lastAt: 0 });
  const records: Record<Phase, PhaseRecord> = { rush: empty(), talk: empty(), burst: empty() };
  const waiting = new Set<() => void>();

  return {
    hear(text, now) {
      const said = readSaid(text);
      if (!said) return;
      const record = records[said.phase];
      const key = `${said.speaker}/${said.number}`;
      if (record.known.has(key)) {
        record.duplicates += 1;
        return;
      }
      record.known.add(key);
      record.latenciesMs.push(now - said.at);
      record.lastAt = now;
      for (const check of [...waiting]) check();
    },
    heard: (phase, count) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (records[phase].known.size < count) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    report() {
      const of = ({ latenciesMs, duplicates, lastAt }: PhaseRecord): PhaseReport => ({
        latenciesMs,
        duplicates,
        lastAt,
      });
      return { rush: of(records.rush), talk: of(records.talk), burst: of(records.burst) };
    },
  };
}
