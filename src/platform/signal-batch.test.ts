import { describe, expect, it } from 'vitest';
import { createSignalBatch } from './signal-batch.ts';
import { MAX_CANDIDATES } from './signal-codec.ts';

const candidate = (port: number): string => `candidate:1 1 udp 1 192.0.2.2 ${port} typ host generation 0 ufrag F1eJ`;
/** In a description the user fragment stands apart. */
const line = (port: number): string => `a=candidate:1 1 udp 1 192.0.2.2 ${port} typ host generation 0\r\n`;

function start() {
  const sent: { type: string; sdp?: string; candidates?: string[] }[] = [];
  const tasks = new Set<() => void>();
  const description = { sdp: 'v=0\r\n' };
  const batch = createSignalBatch({
    readDescription: () => ({ type: 'offer', sdp: description.sdp }),
    send: (signal) => sent.push(JSON.parse(signal) as (typeof sent)[number]),
    delay(task) {
      tasks.add(task);
      return () => tasks.delete(task);
    },
  });
  const elapse = (): void => {
    for (const task of [...tasks]) {
      tasks.delete(task);
      task();
    }
  };
  return { batch, sent, tasks, description, elapse };
}

describe('signal batch', () => {
  it('[LT2] the description waits for the candidates of the own machine and carries them', () => {
    const { batch, sent, tasks, description } = start();
    batch.describe();
    batch.addCandidate(candidate(1));
    batch.addCandidate(candidate(2));
    description.sdp += line(1) + line(2);
    expect(sent).toEqual([]);
    batch.complete();
    expect(sent).toEqual([{ type: 'offer', sdp: `v=0\r\n${line(1)}${line(2)}` }]);
    expect(tasks.size).toBe(0);
  });

  it('[LT2] it does not wait for longer than the delay', () => {
    const { batch, sent, elapse } = start();
    batch.describe();
    elapse();
    expect(sent.map((signal) => signal.type)).toEqual(['offer']);
  });

  it('[LT2] later candidates go out together, each once', () => {
    const { batch, sent, description, elapse } = start();
    batch.addCandidate(candidate(1));
    elapse();
    // Nothing leaves before the description.
    expect(sent).toEqual([]);
    description.sdp += line(1);
    batch.describe();
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
    batch.describe();
    elapse();
    for (let port = 10; port < 100; port++) batch.addCandidate(candidate(port));
    elapse();
    batch.addCandidate(candidate(100));
    elapse();
    expect(sent.length).toBe(2);
    expect(sent[1]!.candidates!.length).toBe(MAX_CANDIDATES - 2);
  });

  it('[LT11] a closed batch tells nothing more and leaves no timer', () => {
    const { batch, sent, tasks } = start();
    batch.describe();
    batch.close();
    expect(tasks.size).toBe(0);
    expect(sent).toEqual([]);
  });
});
