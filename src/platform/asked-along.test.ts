import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAskedAlong } from './asked-along.ts';

const TIMEOUT_MS = 5_000;

function setUp() {
  const along = createAskedAlong(TIMEOUT_MS);
  const told: unknown[] = [];
  const take = (name = 'Register'): boolean => along.take(name, (answer) => told.push(answer));
  return { along, told, take };
}

describe('what is asked along with the connection', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('[RS24] answers the first call that asks the same, and no other', () => {
    const { along, told, take } = setUp();
    expect(take()).toBe(false);
    along.begin(['GetServiceInfo', 'Register']);
    expect([take(), take()]).toEqual([true, false]);
    along.receive('Register', 1);
    along.receive('Register', 2);
    expect([told, take()]).toEqual([[{ value: 1 }], false]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('[RS24] an answer that was there before the call is told later than the call', async () => {
    const { along, told, take } = setUp();
    along.begin(['Register']);
    along.receive('Register', 1);
    expect([take(), told]).toEqual([true, []]);
    await Promise.resolve();
    expect([told, take()]).toEqual([[{ value: 1 }], false]);
  });

  it('[RS24] what nobody asked is not kept', () => {
    const { along, told, take } = setUp();
    along.begin(['Register']);
    for (const name of ['Resolve', 'constructor', undefined, {}]) along.receive(name, 1);
    expect([take('Resolve'), take('constructor'), told]).toEqual([false, false, []]);
  });

  it('[RS22, RS24] is given up with the connection, and after its time', () => {
    const { along, told, take } = setUp();
    along.begin(['GetServiceInfo', 'Register']);
    take();
    vi.advanceTimersByTime(TIMEOUT_MS - 1);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(told).toEqual([undefined]);
    take('GetServiceInfo');
    along.end();
    expect([told, take('GetServiceInfo'), vi.getTimerCount()]).toEqual([[undefined, undefined], false, 0]);
  });
});
