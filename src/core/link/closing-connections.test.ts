import { describe, expect, it } from 'vitest';
import type { Connection, Transport } from '../ports/transport.ts';
import { watchClosing } from './closing-connections.ts';

/** A transport whose connections are gone when the test says so. */
function setUp() {
  const gone = new Set<number>();
  let made = 0;
  const transport: Transport = {
    connect() {
      const index = made++;
      return {
        acceptSignal: () => undefined,
        send: () => undefined,
        bufferedBytes: 7,
        get isClosed() {
          return gone.has(index);
        },
        close: () => undefined,
      } satisfies Connection;
    },
  };
  const closing = watchClosing(transport);
  const connect = (): Connection => closing.transport.connect('offerer', {} as never);
  return { closing, connect, gone };
}

describe('closing connections', () => {
  it('[TP1] count from their close until nothing of them is left', () => {
    const { closing, connect, gone } = setUp();
    const [first, second] = [connect(), connect()];
    expect([closing.count, first.bufferedBytes, first.isClosed]).toEqual([0, 7, false]);
    first.close();
    second.close();
    expect(closing.count).toBe(2);
    gone.add(0);
    expect([closing.count, first.isClosed]).toEqual([1, true]);
    gone.add(1);
    expect(closing.count).toBe(0);
  });

  it('[TP1] leave the rest of the transport as it is', () => {
    const letGo = (): void => undefined;
    const promised = { localFingerprint: new Uint8Array(32), remoteFingerprint: new Uint8Array(32) };
    const transport: Transport = { connect: () => ({ promised }) as unknown as Connection, prepare: () => letGo };
    const watched = watchClosing(transport).transport;
    expect([watched.prepare?.(), watched.connect('offerer', {} as never).promised]).toEqual([letGo, promised]);
    expect('prepare' in watchClosing({ connect: transport.connect }).transport).toBe(false);
  });

  it('[TP1] that are gone at once do not count', () => {
    const { closing, connect, gone } = setUp();
    gone.add(0);
    connect().close();
    expect(closing.count).toBe(0);
  });
});
