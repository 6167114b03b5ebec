import { describe, expect, it } from 'vitest';
import type { Panel } from './panels.ts';
import { draw } from './svg.ts';

const panel: Panel = {
  title: 'Latency & more',
  scale: [10, 1000],
  groups: [
    {
      n: 8,
      rows: [
        { subject: 'peer-channel', range: [10, 1000] },
        { subject: 'trystero', range: [100, 100] },
        { subject: 'y-webrtc', range: undefined },
      ],
    },
  ],
};
const drawing = draw({ title: 'a < b', caption: 'alice’s machine', panels: [panel] });

describe('the drawing', () => {
  it('puts a value where its power of ten is', () => {
    const places = [...drawing.matchAll(/class="range [^"]*" x1="([\d.]+)" y1="[\d.]+" x2="([\d.]+)"/g)];
    const [[, least, most], [, middle]] = places as unknown as [string[], string[]];
    const grid = [...drawing.matchAll(/class="grid" x1="([\d.]+)"/g)].map(([, x]) => x);
    expect([least, middle, most]).toEqual(grid);
    // Each power of ten is as wide as the next.
    expect(Number(middle) - Number(least)).toBe(Number(most) - Number(middle));
    expect(Number(middle)).toBeGreaterThan(Number(least));
  });

  it('says every value in text as well, and a dash where there is none', () => {
    expect(drawing).toContain('>10 / 1,000</text>');
    expect(drawing).toContain('>100</text>');
    expect(drawing).toContain('>–</text>');
    expect(drawing.match(/<circle/g)).toHaveLength(2);
  });

  it('escapes what it is told, and closes what it opens', () => {
    expect(drawing).toContain('<title>a &lt; b</title>');
    expect(drawing).toContain('>Latency &amp; more</text>');
    for (const element of ['svg', 'g', 'text', 'style', 'title']) {
      const opened = drawing.match(new RegExp(`<${element}[ >]`, 'g'))?.length;
      expect(drawing.match(new RegExp(`</${element}>`, 'g'))).toHaveLength(opened ?? 0);
    }
  });
});
