import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createManualClock } from '../src/core/testing/manual-clock.ts';
import { guardConnection, MAX_UNREAD_CHARS } from './connection-guard.ts';

class Connection extends EventEmitter {
  closed = false;
  close(): void {
    this.closed = true;
  }
}

function setUp() {
  const clock = createManualClock();
  const connection = new Connection();
  guardConnection(connection, clock);
  return { clock, connection };
}

describe('connection guard', () => {
  it('[RS15] closes a connection that floods with packets nobody asked for, however small', () => {
    const { connection } = setUp();
    for (let i = 0; i < 4096; i++) connection.emit('packet', { type: 'message' });
    expect(connection.closed).toBe(false);
    connection.emit('packet', { type: 'message' });
    expect(connection.closed).toBe(true);
  });

  it('[RS15] closes a connection that floods with bytes', () => {
    const { connection } = setUp();
    const data = new Uint8Array(32 * 1024);
    for (let i = 0; i < 31; i++) connection.emit('packet', { data });
    expect(connection.closed).toBe(false);
    connection.emit('packet', { data });
    expect(connection.closed).toBe(true);
  });

  it('[RS15] puts up for hours with a connection that keeps to the rates', () => {
    const { clock, connection } = setUp();
    for (let second = 0; second < 7200; second++) {
      for (let i = 0; i < 30; i++) connection.emit('packet', { data: 'x'.repeat(600) });
      clock.advance(1000);
    }
    expect(connection.closed).toBe(false);
  });

  it('[RS15] closes a connection that does not read what is sent to it', () => {
    const { connection } = setUp();
    const data = 'x'.repeat(16 * 1024);
    for (let i = 0; i < 200; i++) {
      connection.emit('packetCreate', { data });
      connection.emit('drain');
    }
    expect(connection.closed).toBe(false);
    for (let i = 0; i <= MAX_UNREAD_CHARS / data.length; i++) connection.emit('packetCreate', { data });
    expect(connection.closed).toBe(true);
  });
});
