/** Acquaintances as bytes, for whatever keeps them over sessions. [IK8] */
import { failure, success, type Result } from '../base/result.ts';
import { PUBLIC_KEY_BYTES } from '../crypto/identity-key.ts';
import { decodeValue, encodeValue, type WireValue } from '../wire/codec.ts';
import { MAX_ACQUAINTANCES, type Acquaintance } from './acquaintances.ts';

const VERSION = 1;
const FLAGS = { isVerified: 1, isMuted: 2, isDoubtful: 4 } as const;

export function encodeAcquaintances(list: readonly Acquaintance[]): Uint8Array {
  const rows = list.map(({ key, nickname, metAt, isVerified, isMuted, isDoubtful }) => [
    key,
    nickname,
    metAt,
    Number(isVerified) * FLAGS.isVerified + Number(isMuted) * FLAGS.isMuted + Number(isDoubtful) * FLAGS.isDoubtful,
  ]);
  return encodeValue([VERSION, rows]);
}

export function decodeAcquaintances(bytes: Uint8Array): Result<readonly Acquaintance[], 'Malformed'> {
  const value = decodeValue(bytes);
  if (!value.ok || !Array.isArray(value.value)) return failure('Malformed');
  const [version, rows] = value.value as readonly WireValue[];
  if (version !== VERSION || !Array.isArray(rows) || rows.length > MAX_ACQUAINTANCES) return failure('Malformed');
  const list: Acquaintance[] = [];
  for (const row of rows as readonly WireValue[]) {
    if (!Array.isArray(row)) return failure('Malformed');
    const [key, nickname, metAt, flags] = row as readonly WireValue[];
    if (!(key instanceof Uint8Array) || key.length !== PUBLIC_KEY_BYTES) return failure('Malformed');
    if (typeof nickname !== 'string' || typeof metAt !== 'number' || typeof flags !== 'number')
      return failure('Malformed');
    list.push({
      key,
      nickname,
      metAt,
      isVerified: (flags & FLAGS.isVerified) !== 0,
      isMuted: (flags & FLAGS.isMuted) !== 0,
      isDoubtful: (flags & FLAGS.isDoubtful) !== 0,
    });
  }
  return success(list);
}
