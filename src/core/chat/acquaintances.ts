/**
 * Whom this person has met in this mesh, by their keys: who is known, who was compared, who only bears a known name, and
 * who is not to be heard. [IK3-IK6] Owns the list and its bound; where it is kept is its owner's business.
 */
import { toHex } from '../base/bytes.ts';
import { foldNickname } from './nickname.ts';
import { DEFAULT_NICKNAME, type Standing } from './types.ts';

/** A mesh is meant for some hundred people; at about 150 bytes each it stays below 100 KB where it is kept. */
export const MAX_ACQUAINTANCES = 512;

export interface Acquaintance {
  readonly key: Uint8Array;
  /** The name it bore last. */
  readonly nickname: string;
  /** When it was last met, ms since the Unix epoch. */
  readonly metAt: number;
  /** The safety numbers were compared. */
  readonly isVerified: boolean;
  readonly isMuted: boolean;
  /** Bears a name that belongs to another key here, and was not compared. */
  readonly isDoubtful: boolean;
}

/** What meeting somebody brought to light. */
export interface Meeting {
  readonly standing: Standing;
  /** Who bore the name before, when that is news. */
  readonly claimed: Acquaintance | undefined;
}

export interface Acquaintances {
  /** Least lately met first. */
  readonly list: readonly Acquaintance[];
  /** To be called whenever the bearer of a key shows itself under a name. */
  meet(key: Uint8Array, nickname: string, wallNow: number): Meeting;
  standingOf(key: Uint8Array): Standing;
  isMuted(key: Uint8Array): boolean;
  /** Of somebody who was met; of anybody else it does nothing. */
  verify(key: Uint8Array, isVerified: boolean): void;
  mute(key: Uint8Array, isMuted: boolean): void;
}

export interface AcquaintancesOptions {
  /** The key of this person: other tabs bear it, too. */
  readonly ownKey: Uint8Array | undefined;
  readonly kept?: readonly Acquaintance[];
  /** Somebody new, under a new name, or judged. */
  readonly onChange?: (changed: Acquaintance) => void;
}

type Entry = Acquaintance & { readonly folded: string };

export function createAcquaintances({ ownKey, kept = [], onChange }: AcquaintancesOptions): Acquaintances {
  const entries = new Map<string, Entry>();
  /** Met here for the first time, so not known from before. */
  const isNew = new Set<string>();
  /** Kept, and not met again yet: when they were met last is news once a session. */
  const isEarlier = new Set(kept.map(({ key }) => toHex(key)));
  const own = ownKey && toHex(ownKey);
  const nameless = foldNickname(DEFAULT_NICKNAME);
  for (const one of kept) put(toHex(one.key), { ...one, folded: foldNickname(one.nickname) });

  /** As the one met last. */
  function put(id: string, entry: Entry): void {
    entries.delete(id);
    entries.set(id, entry);
    if (entries.size <= MAX_ACQUAINTANCES) return;
    // What somebody decided outlives whoever passes by: names and keys can be made up without end.
    for (const [other, { isVerified, isMuted }] of entries) {
      if (isVerified || isMuted || other === id) continue;
      entries.delete(other);
      isNew.delete(other);
      return;
    }
    entries.delete(entries.keys().next().value!);
  }

  function standingOf(id: string): Standing {
    if (id === own) return 'Own';
    const entry = entries.get(id);
    if (entry?.isDoubtful) return 'Doubtful';
    if (entry?.isVerified) return 'Verified';
    return entry && !isNew.has(id) ? 'Known' : 'New';
  }

  function claimedBy(id: string, folded: string): Entry | undefined {
    if (folded === nameless) return undefined;
    for (const [other, entry] of entries) if (other !== id && entry.folded === folded) return entry;
    return undefined;
  }

  function change(key: Uint8Array, facts: Partial<Acquaintance>): void {
    const id = toHex(key);
    const entry = entries.get(id);
    if (!entry) return;
    const changed = { ...entry, ...facts };
    entries.set(id, changed);
    onChange?.(changed);
  }

  return {
    get list() {
      return [...entries.values()];
    },
    meet(key, nickname, wallNow) {
      const id = toHex(key);
      if (id === own) return { standing: 'Own', claimed: undefined };
      const before = entries.get(id);
      const folded = foldNickname(nickname);
      // Under its own name it is who it was; under a new one it may be taking somebody's place.
      const claimed = before?.folded === folded ? undefined : claimedBy(id, folded);
      const isDoubtful = before?.folded === folded ? before.isDoubtful : claimed !== undefined;
      const { isVerified = false, isMuted = false } = before ?? {};
      if (!before) isNew.add(id);
      const entry = { key, nickname, folded, metAt: wallNow, isVerified, isMuted, isDoubtful };
      put(id, entry);
      if (before?.folded !== folded || isEarlier.delete(id)) onChange?.(entry);
      return { standing: standingOf(id), claimed };
    },
    standingOf: (key) => standingOf(toHex(key)),
    isMuted: (key) => entries.get(toHex(key))?.isMuted === true,
    verify: (key, isVerified) => change(key, { isVerified, ...(isVerified && { isDoubtful: false }) }),
    mute: (key, isMuted) => change(key, { isMuted }),
  };
}
