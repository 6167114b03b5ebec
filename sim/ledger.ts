/**
 * Who said what and who got it, and when. A message is known by a serial number inside its payload, not by the ID the core
 * gave it, so that the core cannot hide a mistake behind its own naming. [SM7]
 * Owns the counts; which nodes count is asked of the world at the end.
 */
import { assert } from '../src/core/base/assert.ts';

/** Payload of a simulated message: the size of a sentence or two. */
export const PAYLOAD_BYTES = 200;

/** First room for nodes a message; grows. */
const INITIAL_NODES = 256;

/** From when to when a node took part. */
export interface Attendance {
  readonly index: number;
  readonly openedAtMs: number;
  /** Still open and not killed. */
  readonly isLiving: boolean;
}

export interface LedgerTotals {
  /** Messages times nodes that were open from the sending to now, the speaker included. */
  readonly expected: number;
  readonly delivered: number;
  /** Deliveries beyond the first of one message to one endpoint, wherever they happened. */
  readonly duplicates: number;
  /** Of the first deliveries to others who were open when it was sent: what a later comer catches up on was never late. */
  readonly latencyMsP50: number;
  readonly latencyMsP95: number;
  readonly latencyMsP99: number;
}

/** Messages sent from `fromMs` on and before `untilMs`. */
export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** How messages of one span came through, the speakers' own copies left out. */
export interface SpanTotals {
  /** Messages times other nodes that count. */
  readonly expected: number;
  readonly delivered: number;
  /** Delivered within the time that was asked about. */
  readonly timely: number;
  /** When the last of the deliveries happened that were not timely; 0 when all were, undefined when one is missing. */
  readonly lastLateAtMs: number | undefined;
}

export interface Ledger {
  readonly messages: number;
  /** As in the totals, so far. */
  readonly duplicates: number;
  /** All first deliveries to others than the speaker, also to nodes that came later or are gone. */
  readonly carried: number;
  /** Notes that `speaker` says something now and returns the payload to send. */
  write(speaker: number, nowMs: number): Uint8Array;
  /** Notes a delivery; false when no such message was sent by that speaker. */
  read(payload: Uint8Array, speaker: number, receiver: Pick<Attendance, 'index'>, nowMs: number): boolean;
  totals(attendances: readonly Attendance[]): LedgerTotals;
  /** Of the messages of a span at those who attend, also at those who came later, if they are told of. */
  span(span: Span, attendances: readonly Attendance[], withinMs: number): SpanTotals;
  /** Who should have got a message and did not, as lines for the trace. */
  missing(attendances: readonly Attendance[], max: number): string[];
}

interface Line {
  readonly speaker: number;
  readonly sentAtMs: number;
  /** Milliseconds from the sending to the first delivery, by node index; NaN where there was none. */
  delaysMs: Float32Array;
}

function percentile(sorted: Float32Array, share: number): number {
  return sorted.length === 0 ? 0 : sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

export function createLedger(): Ledger {
  const lines: Line[] = [];
  let duplicates = 0;
  let carried = 0;

  const isExpected = (line: Line, attendance: Attendance): boolean =>
    attendance.isLiving && attendance.openedAtMs <= line.sentAtMs;
  const delayOf = (line: Line, index: number): number => line.delaysMs[index] ?? NaN;

  /** Sorted, of all first deliveries to others who were open when it was sent, living or not. */
  function latencies(attendances: readonly Attendance[]): Float32Array {
    const found = new Float32Array(carried);
    let count = 0;
    for (const line of lines) {
      for (const { index, openedAtMs } of attendances) {
        if (index === line.speaker || openedAtMs > line.sentAtMs) continue;
        const delayMs = delayOf(line, index);
        if (!Number.isNaN(delayMs)) found[count++] = delayMs;
      }
    }
    return found.subarray(0, count).sort();
  }

  return {
    get messages() {
      return lines.length;
    },
    get duplicates() {
      return duplicates;
    },
    get carried() {
      return carried;
    },
    write(speaker, nowMs) {
      const payload = new Uint8Array(PAYLOAD_BYTES).fill(0x2e);
      new DataView(payload.buffer).setUint32(0, lines.length);
      lines.push({ speaker, sentAtMs: nowMs, delaysMs: new Float32Array(INITIAL_NODES).fill(NaN) });
      return payload;
    },
    read(payload, speaker, { index }, nowMs) {
      if (payload.length !== PAYLOAD_BYTES) return false;
      const line = lines[new DataView(payload.buffer, payload.byteOffset).getUint32(0)];
      if (line === undefined || line.speaker !== speaker) return false;
      if (index >= line.delaysMs.length) {
        const grown = new Float32Array(Math.max(index + 1, line.delaysMs.length * 2)).fill(NaN);
        grown.set(line.delaysMs);
        line.delaysMs = grown;
      }
      if (!Number.isNaN(line.delaysMs[index]!)) {
        duplicates++;
        return true;
      }
      line.delaysMs[index] = nowMs - line.sentAtMs;
      if (index !== speaker) carried++;
      return true;
    },
    totals(attendances) {
      let expected = 0;
      let delivered = 0;
      for (const line of lines) {
        for (const attendance of attendances) {
          if (!isExpected(line, attendance)) continue;
          expected++;
          if (!Number.isNaN(delayOf(line, attendance.index))) delivered++;
        }
      }
      assert(delivered <= expected, 'no more is delivered than was expected');
      const sorted = latencies(attendances);
      return {
        expected,
        delivered,
        duplicates,
        latencyMsP50: percentile(sorted, 0.5),
        latencyMsP95: percentile(sorted, 0.95),
        latencyMsP99: percentile(sorted, 0.99),
      };
    },
    span({ fromMs, untilMs }, attendances, withinMs) {
      let expected = 0;
      let delivered = 0;
      let timely = 0;
      let lastLateAtMs = 0;
      for (const line of lines) {
        if (line.sentAtMs < fromMs || line.sentAtMs >= untilMs) continue;
        for (const { index, isLiving } of attendances) {
          if (!isLiving || index === line.speaker) continue;
          expected++;
          const delayMs = delayOf(line, index);
          if (Number.isNaN(delayMs)) continue;
          delivered++;
          if (delayMs <= withinMs) timely++;
          else lastLateAtMs = Math.max(lastLateAtMs, line.sentAtMs + delayMs);
        }
      }
      return { expected, delivered, timely, lastLateAtMs: delivered < expected ? undefined : lastLateAtMs };
    },
    missing(attendances, max) {
      const found: string[] = [];
      for (const [serial, line] of lines.entries()) {
        for (const attendance of attendances) {
          if (found.length === max) return found;
          if (!isExpected(line, attendance) || !Number.isNaN(delayOf(line, attendance.index))) continue;
          found.push(
            `message ${serial} of node ${line.speaker}, sent at ${line.sentAtMs.toFixed(0)} ms, ` +
              `never reached node ${attendance.index} (open since ${attendance.openedAtMs.toFixed(0)} ms)`,
          );
        }
      }
      return found;
    },
  };
}
