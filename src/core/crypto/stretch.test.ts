import { scryptSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { toHex } from '../base/bytes.ts';
import type { MeshId } from '../base/ids.ts';
import { preparePassword } from './password.ts';
import { SECRET_BYTES, STRETCH_VERSION, stretchPassword } from './stretch.ts';

function prepare(text: string) {
  const result = preparePassword(text);
  if (!result.ok) throw new Error(result.reason);
  return result.value;
}

describe('stretchPassword', () => {
  it('[PW5] known answer, the same as another implementation of scrypt gives', () => {
    const fractions: number[] = [];
    const secret = stretchPassword(prepare('correct horse'), 'amber-otter' as MeshId, (fraction) =>
      fractions.push(fraction),
    );
    const salt = 'peer-channel/stretch/1:amber-otter';
    const options = { N: 32768, r: 8, p: 3, maxmem: 64 * 1024 * 1024 };
    expect(toHex(secret)).toBe(scryptSync('correct horse', salt, 32, options).toString('hex'));
    expect(toHex(secret)).toBe('156b2d2ad361905eca807533470d6e4d5ae75c8badce0ce85efd1056b2c279d0');
    expect(secret.length).toBe(SECRET_BYTES);
    expect(fractions.at(-1)).toBe(1);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.length).toBeGreaterThan(10);
  });

  it('[PW6] another mesh or another password gives another secret', () => {
    const secrets = [
      stretchPassword(prepare('secret'), 'amber-otter' as MeshId),
      stretchPassword(prepare('secret'), 'amber-otters' as MeshId),
      stretchPassword(prepare('secret '), 'amber-otter' as MeshId),
    ].map(toHex);
    expect(new Set(secrets).size).toBe(3);
    expect(STRETCH_VERSION).toBe(1);
  });
});
