/**
 * From timeline entries to the rows of the screen: messages grouped under their author, comings and goings folded when
 * they become noise, a line where a day begins; and what came in above. Pure; owns no state. Rules UI4, UI8, UI11, UI12.
 */
import { foldNickname } from '../../core/chat/nickname.ts';
import type { Reach } from '../../core/chat/reach.ts';
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
      /** Own messages in a row that nobody has received, this being the last of them; 0 says nothing. */
      readonly waiting: number;
      /** How many have it, unless an own message right below tells the same. */
      readonly reach: Reach | undefined;
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
    // A message may be older than the lines of the room above it; lines have no time beside them.
    if (entry.kind === 'message' || day === undefined) {
      const entryDay = dayOf(entry.at);
      if (day !== undefined && entryDay !== day) {
        endRun();
        rows.push({ kind: 'day', id: `day ${entry.id}`, at: entry.at });
        previous = undefined;
      }
      day = entryDay;
    }
    if (isPresence(entry)) {
      run.push(entry);
    } else {
      endRun();
      if (entry.kind === 'message') {
        const tagShown = entry.author.standing === 'Doubtful' || shared.has(foldNickname(entry.author.nickname));
        const head = !continues(previous, entry);
        const waiting = countWaiting(rows, entry);
        const { reach } = entry;
        if (reach) hideSameAbove(rows, reach);
        rows.push({ kind: 'message', id: entry.id, entry, head, tagShown, waiting, reach });
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

/** The mark stands once, below the last of several. */
function countWaiting(rows: Row[], entry: MessageEntry): number {
  if (entry.delivery !== 'waiting') return 0;
  const above = rows.at(-1);
  if (above?.kind !== 'message' || above.waiting === 0) return 1;
  rows[rows.length - 1] = { ...above, waiting: 0 };
  return above.waiting + 1;
}

/** What tells the same is told once, beside the last of several. */
function hideSameAbove(rows: Row[], { nodes, of }: Reach): void {
  const above = rows.at(-1);
  if (above?.kind !== 'message' || above.reach?.nodes !== nodes || above.reach.of !== of) return;
  rows[rows.length - 1] = { ...above, reach: undefined };
}

/** Where in `after` stand messages that are not in `before`, above one that is. */
export function cameAbove(before: readonly Row[], after: readonly Row[]): readonly number[] {
  const known = new Set(before.map(({ id }) => id));
  const isKnown = (row: Row): boolean => row.kind === 'message' && known.has(row.id);
  const last = after.findLastIndex(isKnown);
  const indexes: number[] = [];
  for (let index = 0; index < last; index++) {
    if (after[index]!.kind === 'message' && !isKnown(after[index]!)) indexes.push(index);
  }
  return indexes;
}

function repeatsNotice(previous: TimelineEntry | undefined, entry: LineEntry): boolean {
  return previous?.kind === 'notice' && entry.kind === 'notice' && previous.code === entry.code;
}

/** Nicknames that more than one identity bears or has borne: a name alone is then no proof of who wrote. */
function sharedNicknames(timeline: readonly TimelineEntry[], members: readonly Member[]): ReadonlySet<string> {
  const tagOf = new Map<string, string>();
  const shared = new Set<string>();
  const see = (member: Member): void => {
    const key = foldNickname(member.nickname);
    const tag = tagOf.get(key);
    if (tag === undefined) tagOf.set(key, member.tag);
    else if (tag !== member.tag) shared.add(key);
  };
  for (const member of members) see(member);
  for (const entry of timeline) if (entry.kind === 'message') see(entry.author);
  return shared;
}
