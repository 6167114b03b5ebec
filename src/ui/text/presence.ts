/** One line for several comings and goings: "bob, carol and 3 others joined · dave left". */
import type { PresenceEntry } from '../state/timeline-rows.ts';
import { words } from './words.ts';

export function presenceText(entries: readonly PresenceEntry[]): string {
  const parts: string[] = [];
  for (const kind of ['joined', 'left', 'lost'] as const) {
    // By node: two namesakes are two, one who came twice is one.
    const nicknames = new Map(
      entries.filter((entry) => entry.kind === kind).map(({ member }) => [member.nodeId, member.nickname]),
    );
    if (nicknames.size > 0) parts.push(words.timeline[kind]([...nicknames.values()]));
  }
  return parts.join(' · ');
}
