/** One message of the work as text of a fixed length: who said it in which phase, which one, and when. Pure. */
import { PAYLOAD_BYTES, PHASES, type Phase } from './contract.ts';

export interface Said {
  readonly phase: Phase;
  readonly speaker: number;
  readonly number: number;
  /** Milliseconds since the Unix epoch, with fractions. */
  readonly at: number;
}

/** ASCII, so that characters are bytes; filled up with spaces. */
export function writeSaid({ phase, speaker, number, at }: Said): string {
  return `${phase} ${speaker} ${number} ${at.toFixed(3)} `.padEnd(PAYLOAD_BYTES);
}

/** How often messages of the work stand in what a frame holds, as Latin-1 text. */
export function countSaid(frame: string): number {
  return frame.match(SAID)?.length ?? 0;
}

const SAID = new RegExp(String.raw`(?:${PHASES.join('|')}) \d+ \d+ \d+\.\d{3} `, 'g');

/** `undefined` for what is no message of the work. */
export function readSaid(text: string): Said | undefined {
  const [name, speaker, number, at] = text.split(' ');
  const phase = PHASES.find((known) => known === name);
  if (!phase || at === undefined) return undefined;
  return { phase, speaker: Number(speaker), number: Number(number), at: Number(at) };
}
