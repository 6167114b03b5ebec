/**
 * Panels drawn as SVG: a row for each system, a dot at the usual value and a line to the worst, on a scale of powers of
 * ten because the systems lie that far apart. Brings its own background, so that it can be read on any page. Pure.
 */
import { NAMES, NOTHING } from '../compare/report.ts';
import type { Panel, PanelRow } from './panels.ts';

/** Pixels. */
const PANEL = { width: 420, head: 34, foot: 24, nameX: 16, plotX: 112, plotEnd: 312, valueX: 322 };
const ROW = 17;
const GROUP_HEAD = 20;
const CAPTION = 30;
const COLUMNS = 2;

const STYLE = `
    text { font: 12px system-ui, sans-serif; fill: #1f2933; }
    .ground { fill: #ffffff; }
    .title, .group { font-weight: 600; }
    .faint { fill: #52606d; font-size: 11px; }
    .grid { stroke: #d9e0e6; }
    .peer-channel { fill: #0f766e; stroke: #0f766e; }
    .trystero { fill: #b45309; stroke: #b45309; }
    .y-webrtc { fill: #6d28d9; stroke: #6d28d9; }
    .range { stroke-width: 3; stroke-linecap: round; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3; }
      .ground { fill: #11181f; }
      .faint { fill: #a9b6c2; }
      .grid { stroke: #33404c; }
      .peer-channel { fill: #2dd4bf; stroke: #2dd4bf; }
      .trystero { fill: #fbbf24; stroke: #fbbf24; }
      .y-webrtc { fill: #b9a5ff; stroke: #b9a5ff; }
    }
  `;

export interface Drawing {
  readonly title: string;
  readonly caption: string;
  readonly panels: readonly Panel[];
}

export function draw({ title, caption, panels }: Drawing): string {
  const panelHeight = Math.max(...panels.map(heightOf));
  const width = COLUMNS * PANEL.width;
  const height = Math.ceil(panels.length / COLUMNS) * panelHeight + CAPTION;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">`,
    `  <title>${escaped(title)}</title>`,
    `  <style>${STYLE}</style>`,
    `  <rect class="ground" width="${width}" height="${height}" rx="8" />`,
    ...panels.map((panel, index) => {
      const x = (index % COLUMNS) * PANEL.width;
      const y = Math.floor(index / COLUMNS) * panelHeight;
      return `  <g transform="translate(${x} ${y})">\n${drawPanel(panel)}\n  </g>`;
    }),
    `  <text class="faint" x="${PANEL.nameX}" y="${height - 12}">${escaped(caption)}</text>`,
    '</svg>',
    '',
  ].join('\n');
}

function heightOf({ groups }: Panel): number {
  return PANEL.head + groups.reduce((sum, { rows }) => sum + GROUP_HEAD + rows.length * ROW, 0) + PANEL.foot;
}

function drawPanel(panel: Panel): string {
  const bottom = heightOf(panel) - PANEL.foot + 4;
  const lines = [`<text class="title" x="${PANEL.nameX}" y="22">${escaped(panel.title)}</text>`];
  for (const value of decadesOf(panel.scale)) {
    const x = placeOf(value, panel.scale);
    lines.push(`<line class="grid" x1="${x}" y1="${PANEL.head}" x2="${x}" y2="${bottom}" />`);
    lines.push(`<text class="faint" text-anchor="middle" x="${x}" y="${bottom + 14}">${numberText(value)}</text>`);
  }
  let y = PANEL.head;
  for (const { n, rows } of panel.groups) {
    y += GROUP_HEAD;
    lines.push(`<text class="group" x="${PANEL.nameX}" y="${y - 4}">${n} tabs</text>`);
    for (const row of rows) {
      lines.push(...drawRow(row, y + ROW / 2, panel.scale));
      y += ROW;
    }
  }
  return lines.map((line) => `    ${line}`).join('\n');
}

function drawRow({ subject, range }: PanelRow, y: number, scale: Panel['scale']): string[] {
  const value = range ? [...new Set(range)].map(numberText).join(' / ') : NOTHING;
  const lines = [
    `<text x="${PANEL.nameX}" y="${y + 4}">${escaped(NAMES[subject])}</text>`,
    `<text x="${PANEL.valueX}" y="${y + 4}">${value}</text>`,
  ];
  if (!range) return lines;
  const [usual, worst] = range.map((end) => placeOf(end, scale));
  return [
    ...lines,
    `<line class="range ${subject}" x1="${usual}" y1="${y}" x2="${worst}" y2="${y}" />`,
    `<circle class="${subject}" cx="${usual}" cy="${y}" r="5" />`,
  ];
}

function placeOf(value: number, [from, to]: Panel['scale']): number {
  const share = Math.log(value / from) / Math.log(to / from);
  return Number((PANEL.plotX + share * (PANEL.plotEnd - PANEL.plotX)).toFixed(1));
}

function decadesOf([from, to]: Panel['scale']): number[] {
  const decades: number[] = [];
  for (let value = from; value <= to; value *= 10) decades.push(value);
  return decades;
}

/** Thousands apart, and no more digits than say something. */
const numberText = (value: number): string =>
  value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 1 : 0 });

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
