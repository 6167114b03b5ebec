import { describe, expect, it } from 'vitest';
import { parseAddress } from '../core/base/address.ts';
import { PeerChannelError } from '../core/base/errors.ts';
import type { Join, Joined, JoinRequest } from '../core/chat/types.ts';
import { createLazyJoin } from './lazy-join.ts';

const address = parseAddress('amber-otter');
if (!address.ok) throw new Error(address.reason);
const request: JoinRequest = { nickname: 'alice', address: address.value, password: 'gravity', keeps: false };
const room = {} as Joined;

/** A core that can be fetched as often as `outcomes` say. */
function setUp(...outcomes: ('here' | 'offline')[]) {
  let loads = 0;
  const joined: JoinRequest[] = [];
  const core: Join = async (given) => {
    joined.push(given);
    return room;
  };
  const join = createLazyJoin(() =>
    outcomes[loads++] === 'here' ? Promise.resolve(core) : Promise.reject(new TypeError('Failed to fetch')),
  );
  return { join, joined, loads: () => loads };
}

describe('joining with a core that is fetched ahead', () => {
  it('fetches it once, before it is needed', async () => {
    const { join, joined, loads } = setUp('here');
    expect(loads()).toBe(1);
    const stages: string[] = [];
    expect(await join(request, (stage) => stages.push(stage))).toBe(room);
    expect(await join(request, () => undefined)).toBe(room);
    expect([loads(), joined, stages]).toEqual([1, [request, request], ['stretching']]);
  });

  it('[JN1] tries again when it could not be fetched ahead', async () => {
    const { join, loads } = setUp('offline', 'here');
    await Promise.resolve();
    expect(await join(request, () => undefined)).toBe(room);
    expect(loads()).toBe(2);
  });

  it('[JN1] fails with AppUnavailable while it cannot be fetched, each time anew', async () => {
    const { join, joined, loads } = setUp('offline', 'offline', 'offline');
    await Promise.resolve();
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(join(request, () => undefined)).rejects.toMatchObject({ code: 'AppUnavailable' });
    }
    expect([loads(), joined]).toEqual([3, []]);
  });

  it('[JN1] passes on what joining itself fails with', async () => {
    const refused = new PeerChannelError('PasswordEmpty');
    const join = createLazyJoin(async () => () => Promise.reject(refused));
    await expect(join(request, () => undefined)).rejects.toBe(refused);
  });
});
