import { describe, expect, it } from 'vitest';
import { createEar } from './ear.ts';
import { writeSaid } from './said.ts';

const talk = (speaker: number, at: number) => writeSaid({ phase: 'talk', speaker, number: 0, at });

describe('the ear of a tab', () => {
  it('tells latencies, and duplicates apart from them', () => {
    const ear = createEar();
    ear.hear(talk(1, 100), 110);
    ear.hear(talk(2, 100), 125);
    ear.hear(talk(1, 100), 190);
    ear.hear('no message of the work', 200);
    const { talk: report, burst } = ear.report();
    expect(report.latenciesMs).toEqual([10, 25]);
    expect(report).toMatchObject({ duplicates: 1, lastAt: 125 });
    expect(burst).toEqual({ latenciesMs: [], duplicates: 0, lastAt: 0 });
  });

  it('waits for different messages of one phase', async () => {
    const ear = createEar();
    const events: string[] = [];
    const both = ear.heard('talk', 2).then(() => events.push('both'));
    ear.hear(talk(1, 0), 1);
    ear.hear(talk(1, 0), 2);
    ear.hear(writeSaid({ phase: 'burst', speaker: 2, number: 0, at: 0 }), 3);
    await Promise.resolve();
    events.push('one so far');
    ear.hear(talk(2, 0), 4);
    await both;
    await ear.heard('talk', 2);
    expect(events).toEqual(['one so far', 'both']);
  });
});
