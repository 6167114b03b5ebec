import { describe, expect, it } from 'vitest';
import { readReport, sideBySide } from './report.ts';
import { mute, sampleFigures, sampleReport } from './testing.ts';

describe('the report of a comparison', () => {
  it('is shown to people side by side, with where and when', () => {
    const lines = sideBySide(sampleReport()).split('\n');
    const cells = lines.map((line) => line.split(/ {2,}/));
    expect(cells[0]).toEqual(['system', 'Peer Channel 0.1.0', 'Trystero 0.25.4', 'y-webrtc 10.3.0']);
    expect(cells).toContainEqual(['time to online', '270 ms p50, 480 ms max', '376 ms p50, 480 ms max', '–']);
    // The third column begins at one place in every line.
    expect(new Set([lines[0]!.indexOf('Trystero'), lines[3]!.indexOf('376 ms')]).size).toBe(1);
    expect(lines.at(-2)).toBe('2026-11-23T12:33:32.870Z, 2 × Abacus, 8 GiB');
  });

  it('has dashes for what could not be measured, not zeros', () => {
    const cells = sideBySide(
      sampleReport({ systems: { 'peer-channel': sampleFigures(), trystero: mute, 'y-webrtc': null } }),
    )
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    expect(cells).toContainEqual(['tabs joined', '8 of 8', '0 of 8', '–']);
    expect(cells).toContainEqual(['latency in the rush', '9.5 ms p50, 21.5 ms p95', '–', '–']);
    expect(cells).toContainEqual(['message latency', '6.5 ms p50, 13.5 ms p95', '–', '–']);
    expect(cells).toContainEqual(['cost of a delivery', '4.12 copies, 0.094 frames, 1007 bytes', '–', '–']);
  });

  it('is shown also when no system has figures', () => {
    const none = { 'peer-channel': null, trystero: null, 'y-webrtc': null };
    expect(sideBySide(sampleReport({ systems: none })).split('\n')).toHaveLength(3);
  });

  it('reads back as it was written, also behind what npm says first', () => {
    const text = JSON.stringify(sampleReport());
    expect(readReport(text)).toEqual({ ok: true, value: sampleReport() });
    expect(readReport(`\n> bench\n> tsx bench/main.ts\n\n${text}\n`)).toEqual({ ok: true, value: sampleReport() });
  });

  it.each([
    ['', /^no JSON: /],
    ['{"n": 8', /^no JSON: /],
    ['{}', /^no report of bench compare: n: /],
    [JSON.stringify(sampleReport({ date: 'yesterday' })), /^no report of bench compare: date: /],
    [
      JSON.stringify({ ...sampleReport(), systems: { ...sampleReport().systems, trystero: { n: 8 } } }),
      /^no report of bench compare: systems\.trystero\.joined: /,
    ],
  ])('is told from anything else: %j', (text, reason) => {
    expect(readReport(text)).toMatchObject({ ok: false, reason: expect.stringMatching(reason) });
  });
});
