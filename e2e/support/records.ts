/**
 * Which records the links of a page send, counted from outside the product at the browser's own interface, by the
 * numbers of [WR3]. Every page of a context, from its first script on.
 */
import type { BrowserContext, Page } from '@playwright/test';

/** Records sent since the page began, by type. What is no record counts as type -1. */
export type RecordCount = Readonly<Record<number, number>>;

export const PING = 15;
export const PONG = 16;
export const SHUFFLE = 18;
export const SHUFFLED = 19;

declare global {
  // Put there by the init script below.
  var readRecordCount: () => RecordCount;
}

export async function countRecords(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const counts: Record<number, number> = {};
    const count = (type: number): void => void (counts[type] = (counts[type] ?? 0) + 1);

    /** Head of the CBOR value at `at`: its kind, its number, and where what follows begins. */
    function head(bytes: Uint8Array, at: number): { kind: number; number: number; next: number } {
      const short = bytes[at]! & 31;
      const longer = short < 24 ? 0 : 1 << (short - 24);
      let number = longer === 0 ? short : 0;
      for (let i = 1; i <= longer; i++) number = number * 256 + bytes[at + i]!;
      return { kind: bytes[at]! >> 5, number, next: at + 1 + longer };
    }

    /** Where the value behind the one at `at` begins. */
    function behind(bytes: Uint8Array, at: number): number {
      const { kind, number, next } = head(bytes, at);
      if (kind === 2 || kind === 3) return next + number;
      let end = next;
      if (kind === 4) for (let i = 0; i < number; i++) end = behind(bytes, end);
      return end;
    }

    function countFrame(bytes: Uint8Array): void {
      for (let at = 0; at < bytes.length; at = behind(bytes, at)) {
        const array = head(bytes, at);
        count(array.kind === 4 ? head(bytes, array.next).number : -1);
        if (array.kind !== 4) return;
      }
    }

    const prototype = RTCDataChannel.prototype as { send(frame: ArrayBufferView | string | Blob | ArrayBuffer): void };
    const send = prototype.send;
    prototype.send = function (this: RTCDataChannel, frame) {
      send.call(this, frame);
      if (ArrayBuffer.isView(frame)) countFrame(new Uint8Array(frame.buffer, frame.byteOffset, frame.byteLength));
      else count(-1);
    };
    globalThis.readRecordCount = () => ({ ...counts });
  });
}

export function recordCountOf(page: Page): Promise<RecordCount> {
  return page.evaluate(() => globalThis.readRecordCount());
}
