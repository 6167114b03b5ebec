/**
 * From timeline entries to the rows of the screen: messages grouped under their author, comings and goings folded when
 * they become noise, a line where a day begins. Pure; owns no state. Rule UI8.
 */
import type { Member, TimelineEntry } from '../../core/chat/types.ts';

type Entry<Kind extends TimelineEntry['kind']> = Extract<TimelineEntry, { kind: Kind }>;
export type MessageEntry = Entry<'message'>;
export type PresenceEntry = Entry<'joined' | 'left' | 'lost'>;
export type LineEntry = Exclude<TimelineEntry, MessageEntry | PresenceEntry>;

export type Row =
  | {
      readonly kind: 'message';
      readonly id: string;
      readonly entry: MessageEntry;
      /** First of a group: bears name and time. */
      readonly head: boolean;
      /** Another person of the same nickname was seen: the tag tells them apart. */
      readonly tagShown: boolean;
    }
  | { readonly kind: 'presence'; readonly id: string; readonly entries: readonly PresenceEntry[] }
  | { readonly kind: 'line'; readonly id: string; readonly entry: LineEntry }
  | { readonly kind: 'day'; readonly id: string; readonly at: number };

/** Comings and goings in a row up to this many each have a line; more become one line that can be opened. */
export const MAX_PRESENCE_LINES = 5;
/** Messages of one author closer than this stand under one name. */
const GROUP_GAP_MS = 5 * 60_000;

/** `dayOf` gives the same value for two times of one calendar day where the person is. */
export function timelineRows(
  timeline: readonly TimelineEntry[],
  members: readonly Member[],
  dayOf: (at: number) => string,
): readonly Row[] {
  const shared = sharedNicknames(timeline, members);
  const rows: Row[] = [];
  let run: PresenceEntry[] = [];
  let day: string | undefined;
  let previous: TimelineEntry | undefined;

  const endRun = (): void => {
    const first = run[0];
    if (first === undefined) return;
    if (run.length > MAX_PRESENCE_LINES) rows.push({ kind: 'presence', id: first.id, entries: run });
    else for (const entry of run) rows.push({ kind: 'presence', id: entry.id, entries: [entry] });
    run = [];
  };

  for (const entry of timeline) {
    const entryDay = dayOf(entry.at);
    if (day !== undefined && entryDay !== day) {
      endRun();
      rows.push({ kind: 'day', id: `day ${entry.id}`, at: entry.at });
      previous = undefined;
    }
    day = entryDay;
    if (isPresence(entry)) {
      run.push(entry);
    } else {
      endRun();
      if (entry.kind === 'message') {
        const tagShown = shared.has(nicknameKey(entry.author));
        rows.push({ kind: 'message', id: entry.id, entry, head: !continues(previous, entry), tagShown });
      } else if (!repeatsNotice(previous, entry)) {
        rows.push({ kind: 'line', id: entry.id, entry });
      }
    }
    previous = entry;
  }
  endRun();
  return rows;
}

function isPresence(entry: TimelineEntry): entry is PresenceEntry {
  return entry.kind === 'joined' || entry.kind === 'left' || entry.kind === 'lost';
}

function continues(previous: TimelineEntry | undefined, entry: MessageEntry): boolean {
  return (
    previous?.kind === 'message' &&
    previous.author.nodeId === entry.author.nodeId &&
    Math.abs(entry.at - previous.at) < GROUP_GAP_MS
  );
}

function repeatsNotice(previous: TimelineEntry | undefined, entry: LineEntry): boolean {
  return previous?.kind === 'notice' && entry.kind === 'notice' && previous.code === entry.code;
}

function nicknameKey(member: Member): string {
  return member.nickname.normalize('NFKC').toLowerCase();
}

/** Nicknames that more than one identity bears or has borne: a name alone is then no proof of who wrote. */
function sharedNicknames(timeline: readonly TimelineEntry[], members: readonly Member[]): ReadonlySet<string> {
  const tagOf = new Map<string, string>();
  const shared = new Set<string>();
  const see = (member: Member): void => {
    const key = nicknameKey(member);
    const tag = tagOf.get(key);
    if (tag === undefined) tagOf.set(key, member.tag);
    else if (tag !== member.tag) shared.add(key);
  };
  for (const member of members) see(member);
  for (const entry of timeline) if (entry.kind === 'message') see(entry.author);
  return shared;
}
