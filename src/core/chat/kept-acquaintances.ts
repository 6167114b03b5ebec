/** Acquaintances as bytes, for whatever keeps them over sessions. [IK8] */
import { failure, success, type Result } from '../base/result.ts';
import { PUBLIC_KEY_BYTES } from '../crypto/identity-key.ts';
import { decodeValue, encodeValue, type WireValue } from '../wire/codec.ts';
import { MAX_ACQUAINTANCES, type Acquaintance } from './acquaintances.ts';

const VERSION = 1;

/** Rows of key, names, time, the name it was compared under or null, and whether it is muted, and blocked. */
export function encodeAcquaintances(list: readonly Acquaintance[]): Uint8Array {
  const rows = list.map(({ key, names, metAt, comparedAs, isMuted, isBlocked }) => [
    key,
    names,
    metAt,
    comparedAs ?? null,
    isMuted,
    isBlocked,
  ]);
  return encodeValue([VERSION, rows]);
}

export function decodeAcquaintances(bytes: Uint8Array): Result<readonly Acquaintance[], 'Malformed'> {
  const value = decodeValue(bytes);
  if (!value.ok || !Array.isArray(value.value)) return failure('Malformed');
  const [version, rows] = value.value as readonly WireValue[];
  if (version !== VERSION || !Array.isArray(rows) || rows.length > MAX_ACQUAINTANCES) return failure('Malformed');
  const list = (rows as readonly WireValue[]).map(readRow);
  return list.includes(undefined) ? failure('Malformed') : success(list as Acquaintance[]);
}

function readRow(row: WireValue): Acquaintance | undefined {
  if (!Array.isArray(row)) return undefined;
  // Whoever was kept before there was blocking is not blocked.
  const [key, names, metAt, comparedAs, isMuted, isBlocked = false] = row as readonly WireValue[];
  if (!(key instanceof Uint8Array) || key.length !== PUBLIC_KEY_BYTES) return undefined;
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) return undefined;
  if (typeof metAt !== 'number' || typeof isMuted !== 'boolean' || typeof isBlocked !== 'boolean') return undefined;
  if (comparedAs !== null && typeof comparedAs !== 'string') return undefined;
  return { key, names, metAt, comparedAs: comparedAs ?? undefined, isMuted, isBlocked };
}
