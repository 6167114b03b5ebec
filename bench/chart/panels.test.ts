import { describe, expect, it } from 'vitest';
import { mute, sampleFigures, sampleReport } from '../compare/testing.ts';
import { panelsOf } from './panels.ts';

describe('the panels of the chart', () => {
  it('have a group for each number of tabs and a row for each system', () => {
    const [online] = panelsOf([sampleReport(), sampleReport({ n: 16 })]);
    expect(online!.groups.map(({ n }) => n)).toEqual([8, 16]);
    expect(online!.groups[0]!.rows).toEqual([
      { subject: 'peer-channel', range: [270, 480] },
      { subject: 'trystero', range: [376, 480] },
      { subject: 'y-webrtc', range: undefined },
    ]);
  });

  it('have powers of ten around all that they show', () => {
    const slow = sampleFigures({ onlineMsMax: 9_682, latencyMsP95: 10, latencyMsP50: 10 });
    const [online, latency] = panelsOf([
      sampleReport({ systems: { 'peer-channel': slow, trystero: slow, 'y-webrtc': null } }),
    ]);
    expect(online!.scale).toEqual([100, 10_000]);
    expect(latency!.scale).toEqual([10, 100]);
  });

  it('show nothing where a zero stands for nothing', () => {
    const panels = panelsOf([sampleReport({ systems: { 'peer-channel': mute, trystero: mute, 'y-webrtc': null } })]);
    const [online, latency, burst, connections] = panels;
    for (const { groups, scale } of [online!, latency!, burst!]) {
      expect(groups[0]!.rows.every(({ range }) => range === undefined)).toBe(true);
      expect(scale).toEqual([1, 10]);
    }
    expect(connections!.groups[0]!.rows[0]!.range).toEqual([5.25, 7]);
  });
});
