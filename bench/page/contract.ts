/**
 * What a page of the bench offers to the bench that drives it, and what a system must do to be measured. The same for
 * every system, so that all of them do the same work and are counted by the same meters.
 */

/** One system under measurement, as it lives in a tab. */
export interface Subject {
  /** Starts the peer; `onOnline` is told when it is first linked to somebody who may be talked to, maybe also later. */
  open(options: SubjectOptions, observer: SubjectObserver): Promise<void>;
  /** Sends to everybody. Throws when the system does not take it: then the work was not done. */
  send(text: string): void;
  /** Leaves, as somebody does who is done: the others are told where the system tells them. */
  close(): void;
  /** When it got how far on its way online, by performance.now(); for those whose way is profiled. */
  steps?(): Steps;
  /** How much it keeps, by what it keeps; for those whose memory is measured. */
  sizes?(): Sizes;
}

export type Steps = Readonly<Record<string, number>>;
export type Sizes = Readonly<Record<string, number>>;

export interface SubjectOptions {
  /** Of this run alone. */
  readonly room: string;
  /** Whatever lets peers find each other, such as a resolver's origin. */
  readonly rendezvousUrl: string;
  /** Number of this tab, from zero. */
  readonly speaker: number;
  /** How many there will be; for those who lay out their links beforehand. */
  readonly tabs?: number;
  readonly ahead?: MadeAhead;
}

/**
 * What of the work that the app does while it stretches the password is done before the peer is opened: keys alone, the
 * rehearsal of the proof too (unless said otherwise), or also the connection to the resolver and an offer, as in the app.
 */
export type MadeAhead = 'Keys' | 'Rehearsal' | 'Line';

export interface SubjectObserver {
  /** The peer begins to look for others: what went before (loading, keys) is not counted as joining. */
  onOpened(): void;
  onOnline(): void;
  /** A message of another peer; each time it is delivered, also a second time. */
  onText(text: string): void;
}

/** Phases of the work: what all say as soon as the last has come, what all say when links no longer change, what one says. */
export const PHASES = ['rush', 'talk', 'burst'] as const;
export type Phase = (typeof PHASES)[number];

/** Put behind `globalThis.bench` by main.ts. Times are milliseconds since the Unix epoch, comparable between tabs. */
export interface BenchPage {
  /** Settles when the peer is on its way. */
  open(options: SubjectOptions): Promise<void>;
  /** From open to online; settles when it is. */
  online(): Promise<number>;
  /** Since a connection of this tab was last made, changed its state or was closed. */
  quietMs(): number;
  /** Sends `count` messages of PAYLOAD_BYTES in one turn. Returns when that began. */
  say(phase: Phase, count: number): number;
  /** Settles when that many different messages of others have come in this phase. */
  heard(phase: Phase, count: number): Promise<void>;
  close(): void;
  /** Cheap enough to be asked while others work. */
  wire(): WireCount;
  report(): TabReport;
  sizes(): Sizes;
  /** From open to each step. */
  steps(): Steps;
}

/** What crossed this tab's data channels, counted at the browser's own interface. */
export interface WireCount {
  readonly framesSent: number;
  readonly bytesSent: number;
  /** Copies of messages of the work within these frames, however they are wrapped. */
  readonly copiesSent: number;
}

export interface TabReport {
  readonly connectionsOpen: number;
  /** Most that were open at one moment. */
  readonly connectionsPeak: number;
  readonly heard: Readonly<Record<Phase, PhaseReport>>;
}

export interface PhaseReport {
  /** From saying to hearing, one for each message that was heard. */
  readonly latenciesMs: readonly number[];
  /** Deliveries of what had been delivered before. */
  readonly duplicates: number;
  /** When the last one was heard; zero when none was. */
  readonly lastAt: number;
}

/** A message of the work is this long, whatever the system puts around it. */
export const PAYLOAD_BYTES = 200;

declare global {
  var bench: BenchPage;
}
