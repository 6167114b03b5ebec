import { describe, expect, it } from 'vitest';
import { concat, toHex } from '../base/bytes.ts';
import { MAX_FRAME_BYTES } from '../ports/transport.ts';
import { createConnectionPair } from '../testing/connection-pair.ts';
import { createManualClock } from '../testing/manual-clock.ts';
import { createTestRandom } from '../testing/test-random.ts';
import { decodeFrame } from '../wire/records.ts';
import { createSendQueue, HIGH_WATER_BYTES, MAX_QUEUED_BYTES } from './send-queue.ts';

function setUp() {
  const clock = createManualClock();
  const [connection] = createConnectionPair(clock);
  const told: number[] = [];
  /** What is pushed when frames are about to leave. */
  const riders: Uint8Array[] = [];
  const queue = createSendQueue(clock, connection, {
    onLeaving: () => riders.splice(0).forEach((rider) => queue.push(rider)),
    onFrameSent: (bytes) => told.push(bytes),
  });
  const lengths = (): number[] => connection.sent.map((frame) => frame.length);
  return { clock, connection, queue, riders, told, lengths };
}

const record = (length: number, fill = 1): Uint8Array => new Uint8Array(length).fill(fill);

describe('send queue', () => {
  it('[LN3] sends nothing within the turn, and all of it in one frame after', () => {
    const { clock, connection, queue, told } = setUp();
    for (const fill of [1, 2, 3]) expect(queue.push(record(2, fill))).toBe(true);
    expect(connection.sent).toHaveLength(0);
    expect(queue.bytes()).toBe(6);
    clock.settle();
    expect(connection.sent.map(toHex)).toEqual(['010102020303']);
    expect(queue.bytes()).toBe(0);
    expect(told).toEqual([6]);
  });

  it('[LN3] what can wait rides along, and makes no frame of its own', () => {
    const { clock, connection, queue, riders } = setUp();
    riders.push(record(1, 8), record(1, 9));
    clock.settle();
    expect(connection.sent).toHaveLength(0);
    queue.push(record(2));
    clock.settle();
    queue.push(record(3));
    clock.settle();
    expect(connection.sent.map(toHex)).toEqual(['01010809', '010101']);
    queue.close();
    riders.push(record(1));
    queue.push(record(1));
    clock.settle();
    expect(riders).toHaveLength(1);
  });

  it('[NB11] knows what has left the connection, and drops what it was not handed', () => {
    const { clock, connection, queue } = setUp();
    queue.push(record(1_000));
    clock.settle();
    connection.bufferedBytes = 600;
    expect([queue.bytes(), queue.leftBytes()]).toEqual([600, 400]);
    connection.bufferedBytes = HIGH_WATER_BYTES;
    queue.push(record(5_000));
    clock.settle();
    expect(queue.bytes()).toBe(HIGH_WATER_BYTES + 5_000);
    queue.discard();
    connection.bufferedBytes = 0;
    queue.push(record(3));
    clock.settle();
    expect(connection.sent.map((frame) => frame.length)).toEqual([1_000, 3]);
    expect([queue.bytes(), queue.leftBytes()]).toEqual([0, 1_003]);
  });

  it('[LN3] begins anew with every turn', () => {
    const { clock, queue, lengths } = setUp();
    queue.push(record(2));
    clock.settle();
    queue.push(record(3));
    clock.settle();
    expect(lengths()).toEqual([2, 3]);
  });

  it('[LN3] fills frames to their bound, in order, and begins a frame where a record does not fit', () => {
    const { clock, connection, queue, lengths } = setUp();
    const records = [MAX_FRAME_BYTES - 10, 10, 1, MAX_FRAME_BYTES, MAX_FRAME_BYTES - 1, 2, 3].map(record);
    for (const one of records) queue.push(one);
    clock.settle();
    expect(lengths()).toEqual([MAX_FRAME_BYTES, 1, MAX_FRAME_BYTES, MAX_FRAME_BYTES - 1, 5]);
    expect(toHex(concat(...connection.sent))).toBe(toHex(concat(...records)));
  });

  it('[LN4] sends a record larger than a frame in fragments that are put together to the same', () => {
    const random = createTestRandom('fragments');
    for (const length of [MAX_FRAME_BYTES + 1, 2 * (MAX_FRAME_BYTES - 16), 65_536, 200_000]) {
      const { clock, connection, queue } = setUp();
      const large = random.bytes(length);
      queue.push(large);
      clock.settle();
      const fragments = connection.sent.flatMap((frame) => {
        expect(frame.length).toBeLessThanOrEqual(MAX_FRAME_BYTES);
        const decoded = decodeFrame(frame);
        return decoded.ok ? decoded.value : [];
      });
      const parts = fragments.map((fragment) => (fragment.type === 'Fragment' ? fragment.bytes : record(0)));
      expect(toHex(concat(...parts))).toBe(toHex(large));
      const lasts = fragments.map((fragment) => fragment.type === 'Fragment' && fragment.last);
      expect(lasts.indexOf(true)).toBe(fragments.length - 1);
      expect(parts.every((part) => part.length > 0)).toBe(true);
    }
  });

  it('[LN4] keeps the order of small records and large ones', () => {
    const { clock, connection, queue } = setUp();
    queue.push(Uint8Array.of(0x82, 10, 1));
    queue.push(record(MAX_FRAME_BYTES + 1));
    queue.push(Uint8Array.of(0x82, 10, 2));
    clock.settle();
    const types = connection.sent.flatMap((frame) => {
      const decoded = decodeFrame(frame);
      return decoded.ok ? decoded.value.map((one) => one.type) : ['Malformed'];
    });
    expect(types).toEqual(['Connect', 'Fragment', 'Fragment', 'Connect']);
  });

  it('[LN5] hands nothing to a connection that has 256 KiB unsent, until it drains', () => {
    const { clock, connection, queue } = setUp();
    expect(HIGH_WATER_BYTES).toBe(256 * 1024);
    connection.bufferedBytes = HIGH_WATER_BYTES;
    queue.push(record(5));
    clock.settle();
    expect([connection.sent.length, queue.bytes()]).toEqual([0, HIGH_WATER_BYTES + 5]);
    connection.bufferedBytes = HIGH_WATER_BYTES - 1;
    queue.flush();
    expect([connection.sent.length, queue.bytes()]).toEqual([1, HIGH_WATER_BYTES - 1]);
  });

  it('[LN5] stops between two frames when the connection fills up, and goes on where it stopped', () => {
    const { clock, connection, queue, lengths } = setUp();
    // Every frame that is handed over stays in the buffer, as on a line that has stalled.
    const send = connection.send.bind(connection);
    connection.send = (frame) => {
      send(frame);
      connection.bufferedBytes += frame.length;
    };
    for (let i = 0; i < 30; i++) queue.push(record(MAX_FRAME_BYTES));
    clock.settle();
    expect(lengths()).toHaveLength(16);
    connection.bufferedBytes = 0;
    queue.flush();
    expect(lengths()).toHaveLength(30);
    expect(queue.bytes()).toBe(connection.bufferedBytes);
  });

  it('[LN5] refuses what would exceed 1 MiB, and takes it again once there is room', () => {
    const { clock, connection, queue } = setUp();
    expect(MAX_QUEUED_BYTES).toBe(1024 * 1024);
    connection.bufferedBytes = HIGH_WATER_BYTES;
    for (let i = 0; i < 64; i++) expect(queue.push(record(MAX_FRAME_BYTES))).toBe(true);
    expect(queue.push(record(1))).toBe(false);
    expect(queue.push(record(1), MAX_QUEUED_BYTES + 1)).toBe(true);
    clock.settle();
    connection.bufferedBytes = 0;
    queue.flush();
    expect(queue.push(record(1))).toBe(true);
    clock.settle();
    expect(connection.sent.reduce((sum, frame) => sum + frame.length, 0)).toBe(1024 * 1024 + 2);
  });

  it('sends nothing after it was closed', () => {
    const { clock, connection, queue } = setUp();
    queue.push(record(1));
    queue.close();
    expect(queue.push(record(1))).toBe(true);
    clock.settle();
    queue.flush();
    expect(connection.sent).toHaveLength(0);
    expect(queue.bytes()).toBe(0);
  });
});
