/**
 * The transport of a node that takes part and does not relay as it should: it links, answers pings, speaks and hears, but
 * whatever it would send on of what others said never leaves, or leaves with a single hop to go. [SM16, SM24] The core
 * above it is the one of everybody else and believes that it relays. Pieces of an envelope larger than a frame are not
 * told from its own and pass.
 */
import { compareBytes, concat } from '../src/core/base/bytes.ts';
import type { Connection, Transport } from '../src/core/ports/transport.ts';
import { decodeBody } from '../src/core/wire/envelope.ts';
import { decodeFrame, encodeRecord, type WireRecord } from '../src/core/wire/records.ts';

/**
 * What it does to what others said: a dropper announces it and gives it to nobody, a silent dropper does not even
 * announce it, a shortener has it end at the next node.
 */
export type Meddling = 'Drops' | 'DropsInSilence' | 'CutsShort';

/** `ownKey` is the identity key of the node that uses it. */
export function createMeddlingTransport(transport: Transport, ownKey: Uint8Array, meddling: Meddling): Transport {
  function changed(record: WireRecord): WireRecord | undefined {
    if (record.type === 'Announce') return meddling === 'DropsInSilence' ? undefined : record;
    if (record.type !== 'Flood' && record.type !== 'Held') return record;
    const body = decodeBody(record.envelope.bytes);
    if (!body.ok || compareBytes(body.value.originKey, ownKey) === 0) return record;
    return meddling === 'CutsShort' ? { ...record, hopLimit: 1 } : undefined;
  }

  function meddledWith(frame: Uint8Array): Uint8Array {
    const records = decodeFrame(frame);
    if (!records.ok) return frame;
    const kept = records.value.map(changed).filter((record) => record !== undefined);
    if (kept.length === records.value.length && kept.every((record, at) => record === records.value[at])) return frame;
    return concat(...kept.map(encodeRecord));
  }

  return {
    connect(role, observer) {
      const connection = transport.connect(role, observer);
      const meddler: Connection = {
        acceptSignal: (signal) => connection.acceptSignal(signal),
        send(frame) {
          const kept = meddledWith(frame);
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
      return meddler;
    },
  };
}
