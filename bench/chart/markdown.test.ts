import { describe, expect, it } from 'vitest';
import { mute, sampleReport } from '../compare/testing.ts';
import { markdownTable, provenanceOf, replaceMarked } from './markdown.ts';

describe('the table of the README', () => {
  it('has a line for each system of each report, and as many cells in each line', () => {
    const lines = markdownTable([sampleReport(), sampleReport({ n: 16 })]).split('\n');
    expect(lines).toHaveLength(2 + 6);
    expect(new Set(lines.map((line) => line.split('|').length)).size).toBe(1);
    expect(lines[2]).toBe(
      '| 8 | Peer Channel 0.1.0 | 8 | 5.25 / 7 | 270 / 480 | 9.5 / 21.5 | 6.5 / 13.5 | 100.0 % | 10279 | 4.12 | 0.094 | 1007 |',
    );
  });

  it('has dashes for a system that fell over, and for what nobody heard', () => {
    const table = markdownTable([sampleReport({ systems: { ...sampleReport().systems, trystero: mute } })]);
    expect(table).toContain('| 8 | Trystero 0.25.4 | 0 | 5.25 / 7 | – | – | – | 0.0 % | – | – | – | – |');
    expect(table).toContain('| 8 | y-webrtc 10.3.0 | – | – | – | – | – | – | – | – | – | – |');
  });

  it('says where connections never came to rest', () => {
    const restless = { ...sampleReport().systems['peer-channel']!, cameToRest: false };
    const table = markdownTable([sampleReport({ systems: { ...sampleReport().systems, 'peer-channel': restless } })]);
    expect(table).toContain('| 6.5 / 13.5, never at rest |');
  });

  it('never calls a lost message none', () => {
    const lossy = { ...sampleReport().systems['peer-channel']!, reach: 0.9999 };
    const table = markdownTable([sampleReport({ systems: { ...sampleReport().systems, 'peer-channel': lossy } })]);
    expect(table).toContain('| 99.9 % |');
  });
});

describe('where and when', () => {
  it('is said once for runs that share it', () => {
    const later = sampleReport({ date: '2026-11-23T14:00:00.000Z' });
    expect(provenanceOf([sampleReport(), later])).toBe('2026-11-23, 2 × Abacus, 8 GiB');
    expect(provenanceOf([sampleReport(), sampleReport({ machine: 'another' })])).toBe(
      '2026-11-23, 2 × Abacus, 8 GiB; 2026-11-23, another',
    );
  });
});

describe('the place in the README', () => {
  const around = (content: string) => `a\n<!-- bench chart: begin -->\n${content}<!-- bench chart: end -->\nb\n`;

  it('gets new content, and nothing else changes', () => {
    const once = replaceMarked(around(''), 'new');
    expect(once).toEqual({ ok: true, value: around('new\n') });
    expect(replaceMarked(around('old\nolder\n'), 'new')).toEqual(once);
  });

  it.each(['', '<!-- bench chart: begin -->', '<!-- bench chart: end --> <!-- bench chart: begin -->'])(
    'must be marked: %j',
    (document) => {
      expect(replaceMarked(document, 'new')).toMatchObject({ ok: false });
    },
  );
});
