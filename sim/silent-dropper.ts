/**
 * The transport of a node that takes part and relays nothing: it links, answers pings, speaks and hears, but whatever it
 * would send on of what others said never leaves. [SM16] The core above it is the one of everybody else and believes that
 * it relays. Pieces of an envelope larger than a frame are not told from its own and pass.
 */
import { compareBytes, concat } from '../src/core/base/bytes.ts';
import type { Connection, Transport } from '../src/core/ports/transport.ts';
import { decodeBody } from '../src/core/wire/envelope.ts';
import { decodeFrame, encodeRecord, type WireRecord } from '../src/core/wire/records.ts';

/** `ownKey` is the identity key of the node that uses it. */
export function createSilentDropper(transport: Transport, ownKey: Uint8Array): Transport {
  function isOthers(record: WireRecord): boolean {
    if (record.type !== 'Flood' && record.type !== 'Held') return false;
    const body = decodeBody(record.envelope.bytes);
    return body.ok && compareBytes(body.value.originKey, ownKey) !== 0;
  }

  function withoutOthers(frame: Uint8Array): Uint8Array {
    const records = decodeFrame(frame);
    if (!records.ok) return frame;
    const kept = records.value.filter((record) => !isOthers(record));
    return kept.length === records.value.length ? frame : concat(...kept.map(encodeRecord));
  }

  return {
    connect(role, observer) {
      const connection = transport.connect(role, observer);
      const dropping: Connection = {
        acceptSignal: (signal) => connection.acceptSignal(signal),
        send(frame) {
          const kept = withoutOthers(frame);
          if (kept.length > 0) connection.send(kept);
        },
        get promised() {
          return connection.promised;
        },
        get bufferedBytes() {
          return connection.bufferedBytes;
        },
        get isClosed() {
          return connection.isClosed;
        },
        close: () => connection.close(),
      };
      return dropping;
    },
  };
}
