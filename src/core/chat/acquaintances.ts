/**
 * Whom this person has met in this mesh, by their keys: who is known, who was compared, who bears a name that is another's,
 * and who is not to be heard. [IK3-IK6] Owns the list and its bound; where it is kept is its owner's business.
 *
 * What is judged is always a key under a name. A key may have several nodes, a name several bearers, and what one of them
 * does says nothing about the others.
 */
import { toHex } from '../base/bytes.ts';
import { foldNickname, isNameless } from './nickname.ts';
import type { Standing } from './types.ts';

/** A mesh is meant for some hundred people; at about 150 bytes each it stays below 100 KB where it is kept. */
export const MAX_ACQUAINTANCES = 512;
/** Names that are a key's own: who changes it once in a while keeps those of before. */
export const MAX_OWN_NAMES = 4;

export interface Acquaintance {
  readonly key: Uint8Array;
  /** Names it bore while nobody else had them, or was compared under; the latest last. */
  readonly names: readonly string[];
  /** When it was last heard, ms since the Unix epoch. */
  readonly metAt: number;
  /** The name that it bore when the safety numbers were compared. */
  readonly comparedAs: string | undefined;
  readonly isMuted: boolean;
  /** Muted, and no link is made with it. */
  readonly isBlocked: boolean;
}

export type AcquaintanceField = Exclude<keyof Acquaintance, 'key'>;

export interface Acquaintances {
  /** Least lately heard first. */
  readonly list: readonly Acquaintance[];
  /** Whoever shows itself under a name. `joined`: as somebody who is here; what was said once gives no known key a name. */
  meet(key: Uint8Array, nickname: string, joined: boolean, wallNow: number): void;
  standingOf(key: Uint8Array, nickname: string): Standing;
  /** Whose the name is when it is not this key's: who was compared before others, then who was heard last. */
  ownerOf(nickname: string, besides: Uint8Array): Acquaintance | undefined;
  /** What it writes is not to be shown: it is muted, or blocked. */
  isMuted(key: Uint8Array): boolean;
  isBlocked(key: Uint8Array): boolean;
  compare(key: Uint8Array, nickname: string, isSame: boolean, wallNow: number): void;
  mute(key: Uint8Array, isMuted: boolean, wallNow: number): void;
  block(key: Uint8Array, isBlocked: boolean, wallNow: number): void;
}

export interface AcquaintancesOptions {
  /** The key of this person: other tabs bear it, too. */
  readonly ownKey: Uint8Array | undefined;
  readonly kept?: readonly Acquaintance[];
  /** Somebody new, or what changed of somebody. */
  readonly onChange?: (acquaintance: Acquaintance, changed: readonly AcquaintanceField[]) => void;
}

/** This person has decided something about it. */
function isDecided({ comparedAs, isMuted, isBlocked }: Acquaintance): boolean {
  return comparedAs !== undefined || isMuted || isBlocked;
}

export function createAcquaintances({ ownKey, kept = [], onChange }: AcquaintancesOptions): Acquaintances {
  const entries = new Map<string, Acquaintance>();
  /** Met here for the first time, so not known from before. */
  const isNew = new Set<string>();
  /** Kept, and not heard again yet: when they were is news once a session. */
  const isEarlier = new Set<string>();
  /** Whose a name is: the keys that have it among theirs, by what is the same of names that read alike. */
  const owners = new Map<string, Set<string>>();
  const own = ownKey && toHex(ownKey);
  for (const one of kept) {
    put(one);
    isEarlier.add(toHex(one.key));
  }

  /** As the one heard last. */
  function put(acquaintance: Acquaintance): void {
    const id = toHex(acquaintance.key);
    if (entries.get(id)?.names !== acquaintance.names) {
      disown(id);
      for (const folded of acquaintance.names.map(foldNickname))
        owners.set(folded, (owners.get(folded) ?? new Set()).add(id));
    }
    entries.delete(id);
    entries.set(id, acquaintance);
    if (entries.size <= MAX_ACQUAINTANCES) return;
    // What somebody decided outlives whoever passes by: names and keys can be made up without end.
    const passing = [...entries].find(([other, one]) => other !== id && !isDecided(one));
    const goer = passing?.[0] ?? entries.keys().next().value!;
    disown(goer);
    entries.delete(goer);
    isNew.delete(goer);
  }

  function disown(id: string): void {
    for (const folded of entries.get(id)?.names.map(foldNickname) ?? []) {
      const ids = owners.get(folded);
      ids?.delete(id);
      if (ids?.size === 0) owners.delete(folded);
    }
  }

  function change(key: Uint8Array, facts: Partial<Pick<Acquaintance, AcquaintanceField>>, wallNow: number): void {
    const before = entries.get(toHex(key)) ?? {
      key,
      names: [],
      metAt: wallNow,
      comparedAs: undefined,
      isMuted: false,
      isBlocked: false,
    };
    const changed = { ...before, metAt: wallNow, ...facts };
    put(changed);
    onChange?.(changed, [...(Object.keys(facts) as AcquaintanceField[]), 'metAt']);
  }

  const owns = (id: string, folded: string): boolean => owners.get(folded)?.has(id) === true;

  const wasComparedAs = (one: Acquaintance | undefined, folded: string): boolean =>
    one?.comparedAs !== undefined && foldNickname(one.comparedAs) === folded;

  function ownerOf(nickname: string, besides: Uint8Array): Acquaintance | undefined {
    if (isNameless(nickname)) return undefined;
    const folded = foldNickname(nickname);
    const others = [...(owners.get(folded) ?? [])].filter((id) => id !== toHex(besides)).map((id) => entries.get(id)!);
    others.sort((one, other) => one.metAt - other.metAt);
    return others.findLast((one) => wasComparedAs(one, folded)) ?? others.at(-1);
  }

  function standingOf(key: Uint8Array, nickname: string): Standing {
    const id = toHex(key);
    if (id === own) return 'Own';
    const folded = foldNickname(nickname);
    const entry = entries.get(id);
    if (wasComparedAs(entry, folded)) return 'Verified';
    const owner = ownerOf(nickname, key);
    if (owner && (!owns(id, folded) || wasComparedAs(owner, folded))) return 'Doubtful';
    return entry && !isNew.has(id) ? 'Known' : 'New';
  }

  return {
    get list() {
      return [...entries.values()];
    },
    meet(key, nickname, joined, wallNow) {
      const id = toHex(key);
      if (id === own) return;
      const before = entries.get(id);
      const folded = foldNickname(nickname);
      if (!before) isNew.add(id);
      const isTaken = owns(id, folded) || isNameless(nickname) || ownerOf(nickname, key) !== undefined;
      const names = before?.names ?? [];
      if (!isTaken && (joined || !before)) change(key, { names: [...names, nickname].slice(-MAX_OWN_NAMES) }, wallNow);
      else if (!before || isEarlier.has(id)) change(key, {}, wallNow);
      else put({ ...before, metAt: wallNow });
      isEarlier.delete(id);
    },
    standingOf,
    ownerOf,
    isMuted(key) {
      const entry = entries.get(toHex(key));
      return entry !== undefined && (entry.isMuted || entry.isBlocked);
    },
    isBlocked: (key) => entries.get(toHex(key))?.isBlocked === true,
    compare(key, nickname, isSame, wallNow) {
      const names = (entries.get(toHex(key))?.names ?? []).filter(
        (name) => foldNickname(name) !== foldNickname(nickname),
      );
      // Taken back, the name is its own only if it is nobody else's.
      if (isSame || ownerOf(nickname, key) === undefined) names.push(nickname);
      change(key, { comparedAs: isSame ? nickname : undefined, names: names.slice(-MAX_OWN_NAMES) }, wallNow);
    },
    mute: (key, isMuted, wallNow) => change(key, { isMuted }, wallNow),
    block: (key, isBlocked, wallNow) => change(key, { isBlocked }, wallNow),
  };
}
