/**
 * Who said what and who got it. A message is known by a serial number inside its payload, not by the ID the core gave
 * it, so that the core cannot hide a mistake behind its own naming. [SM7]
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
  /** All first deliveries to others than the speaker, also to nodes that came later or are gone. */
  readonly carried: number;
  /** Of the first deliveries to others who were open when it was sent: what a later comer catches up on was never late. */
  readonly latencyMsP50: number;
  readonly latencyMsP99: number;
}

export interface Ledger {
  readonly messages: number;
  /** Deliveries beyond the first of one message to one endpoint. */
  readonly duplicates: number;
  /** Notes that `speaker` says something now and returns the payload to send. */
  write(speaker: number, nowMs: number): Uint8Array;
  /** Notes a delivery; false when no such message was sent by that speaker. */
  read(payload: Uint8Array, speaker: number, receiver: Omit<Attendance, 'isLiving'>, nowMs: number): boolean;
  totals(attendances: readonly Attendance[]): LedgerTotals;
  /** Who should have got a message and did not, as lines for the trace. */
  missing(attendances: readonly Attendance[], max: number): string[];
}

interface Line {
  readonly speaker: number;
  readonly sentAtMs: number;
  /** Deliveries by node index, up to 255. */
  receipts: Uint8Array;
}

function percentile(sorted: Float64Array, share: number): number {
  return sorted.length === 0 ? 0 : sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

export function createLedger(): Ledger {
  const lines: Line[] = [];
  const latenciesMs: number[] = [];
  let duplicates = 0;
  let carried = 0;

  const isExpected = (line: Line, attendance: Attendance): boolean =>
    attendance.isLiving && attendance.openedAtMs <= line.sentAtMs;

  return {
    get messages() {
      return lines.length;
    },
    get duplicates() {
      return duplicates;
    },
    write(speaker, nowMs) {
      const payload = new Uint8Array(PAYLOAD_BYTES).fill(0x2e);
      new DataView(payload.buffer).setUint32(0, lines.length);
      lines.push({ speaker, sentAtMs: nowMs, receipts: new Uint8Array(INITIAL_NODES) });
      return payload;
    },
    read(payload, speaker, receiver, nowMs) {
      if (payload.length !== PAYLOAD_BYTES) return false;
      const line = lines[new DataView(payload.buffer, payload.byteOffset).getUint32(0)];
      if (line === undefined || line.speaker !== speaker) return false;
      const { index } = receiver;
      if (index >= line.receipts.length) {
        const grown = new Uint8Array(Math.max(index + 1, line.receipts.length * 2));
        grown.set(line.receipts);
        line.receipts = grown;
      }
      const before = line.receipts[index]!;
      if (before < 255) line.receipts[index] = before + 1;
      if (before > 0) duplicates++;
      else if (index !== speaker) {
        carried++;
        if (receiver.openedAtMs <= line.sentAtMs) latenciesMs.push(nowMs - line.sentAtMs);
      }
      return true;
    },
    totals(attendances) {
      let expected = 0;
      let delivered = 0;
      for (const line of lines) {
        for (const attendance of attendances) {
          if (!isExpected(line, attendance)) continue;
          expected++;
          if ((line.receipts[attendance.index] ?? 0) > 0) delivered++;
        }
      }
      assert(delivered <= expected, 'no more is delivered than was expected');
      const sorted = Float64Array.from(latenciesMs).sort();
      return {
        expected,
        delivered,
        duplicates,
        carried,
        latencyMsP50: percentile(sorted, 0.5),
        latencyMsP99: percentile(sorted, 0.99),
      };
    },
    missing(attendances, max) {
      const found: string[] = [];
      for (const [serial, line] of lines.entries()) {
        for (const attendance of attendances) {
          if (found.length === max) return found;
          if (!isExpected(line, attendance) || (line.receipts[attendance.index] ?? 0) > 0) continue;
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
