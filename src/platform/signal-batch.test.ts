import { describe, expect, it } from 'vitest';
import { BATCH_DELAY_MS, createSignalBatch, SETTLE_DELAY_MS } from './signal-batch.ts';
import { MAX_CANDIDATES } from './signal-codec.ts';

const candidate = (port: number): string => `candidate:1 1 udp 1 192.0.2.2 ${port} typ host generation 0 ufrag F1eJ`;
/** In a description the user fragment stands apart. */
const line = (port: number): string => `a=candidate:1 1 udp 1 192.0.2.2 ${port} typ host generation 0\r\n`;

function start(type: 'offer' | 'answer' = 'offer') {
  const sent: { type: string; sdp?: string; candidates?: string[] }[] = [];
  const tasks = new Map<() => void, number>();
  const description = { sdp: 'v=0\r\n' };
  const batch = createSignalBatch({
    readDescription: () => ({ type, sdp: description.sdp }),
    send: (signal) => sent.push(JSON.parse(signal) as (typeof sent)[number]),
    delay(ms, task) {
      tasks.set(task, ms);
      return () => tasks.delete(task);
    },
  });
  const elapse = (): void => {
    for (const task of [...tasks.keys()]) {
      tasks.delete(task);
      task();
    }
  };
  const waits = (): number[] => [...tasks.values()];
  return { batch, sent, waits, description, elapse };
}

describe('signal batch', () => {
  it('[LT2] an offer waits for the candidates of the own machine and carries them', () => {
    const { batch, sent, waits, description, elapse } = start();
    batch.describe('offer');
    expect(waits()).toEqual([BATCH_DELAY_MS]);
    batch.addCandidate(candidate(1));
    batch.addCandidate(candidate(2));
    // One is there: the others come now or never, however many there are.
    expect([waits(), sent]).toEqual([[SETTLE_DELAY_MS], []]);
    description.sdp += line(1) + line(2);
    elapse();
    expect(sent).toEqual([{ type: 'offer', sdp: `v=0\r\n${line(1)}${line(2)}` }]);
    expect([BATCH_DELAY_MS, SETTLE_DELAY_MS, waits()]).toEqual([20, 2, []]);
  });

  it('[LT2] it waits for none that cannot come', () => {
    const { batch, sent, waits } = start();
    batch.describe('offer');
    batch.complete();
    expect([sent.map((signal) => signal.type), waits()]).toEqual([['offer'], []]);
  });

  it('[LT2] it does not wait for longer than the delay', () => {
    const { batch, sent, elapse } = start();
    batch.describe('offer');
    elapse();
    expect(sent.map((signal) => signal.type)).toEqual(['offer']);
  });

  it('[LT2] an answer leaves at once, its candidates together after it', () => {
    const { batch, sent, waits, elapse } = start('answer');
    batch.describe('answer');
    expect(sent).toEqual([{ type: 'answer', sdp: 'v=0\r\n' }]);
    batch.addCandidate(candidate(1));
    batch.addCandidate(candidate(2));
    expect(waits()).toEqual([BATCH_DELAY_MS]);
    elapse();
    expect(sent.slice(1)).toEqual([{ type: 'candidates', candidates: [candidate(1), candidate(2)] }]);
  });

  it('[LT2] later candidates go out together, each once', () => {
    const { batch, sent, description, elapse } = start();
    batch.addCandidate(candidate(1));
    elapse();
    // Nothing leaves before the description.
    expect(sent).toEqual([]);
    description.sdp += line(1);
    batch.describe('offer');
    elapse();
    batch.addCandidate(candidate(1));
    batch.addCandidate(candidate(2));
    batch.addCandidate(candidate(3));
    elapse();
    batch.complete();
    batch.addCandidate(candidate(4));
    expect(sent.slice(1)).toEqual([
      { type: 'candidates', candidates: [candidate(2), candidate(3)] },
      { type: 'candidates', candidates: [candidate(4)] },
    ]);
  });

  it('[LT2] never more candidates than the far end takes', () => {
    const { batch, sent, description, elapse } = start();
    description.sdp += line(1) + line(2);
    batch.describe('offer');
    elapse();
    for (let port = 10; port < 100; port++) batch.addCandidate(candidate(port));
    elapse();
    batch.addCandidate(candidate(100));
    elapse();
    expect(sent.length).toBe(2);
    expect(sent[1]!.candidates!.length).toBe(MAX_CANDIDATES - 2);
  });

  it('[LT11] a closed batch tells nothing more and leaves no timer', () => {
    const { batch, sent, waits } = start();
    batch.describe('offer');
    batch.close();
    expect(waits()).toEqual([]);
    expect(sent).toEqual([]);
  });
});
