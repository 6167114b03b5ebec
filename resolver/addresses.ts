/**
 * Which address a client has, and how many connections each has, so that one machine cannot take all of them. Owns the
 * counts, and forgets an address with its last connection. Implements RS16.
 */
import { isIP, isIPv4, isIPv6 } from 'node:net';

/** All connections together: at some 50 KiB each, what 1 GiB holds with room for the registrations. */
export const MAX_CONNECTIONS = 16_384;

export interface ConnectionCounts {
  /** Admits one connection; returns what takes it off the count, or `undefined` when there are too many. */
  admit(address: string | undefined): (() => void) | undefined;
  readonly total: number;
}

export function createConnectionCounts(
  maxPerAddress: () => number,
  maxTotal: number = MAX_CONNECTIONS,
): ConnectionCounts {
  const counts = new Map<string, number>();
  let total = 0;
  return {
    get total() {
      return total;
    },
    admit(address) {
      const party = partyOf(address ?? '');
      const count = counts.get(party) ?? 0;
      if (count >= maxPerAddress() || total >= maxTotal) return undefined;
      counts.set(party, count + 1);
      total++;
      let counted = true;
      return () => {
        if (!counted) return;
        counted = false;
        total--;
        const left = (counts.get(party) ?? 1) - 1;
        if (left > 0) counts.set(party, left);
        else counts.delete(party);
      };
    },
  };
}

/**
 * The address a connection is counted by. Each proxy appends to X-Forwarded-For the address it was reached from: with
 * `trustedProxies` of them, the entry that many from the right was written by ours, and all left of it by the client.
 * Where no address stands there, the request came past a proxy, and the TCP connection's own is the one that is certain.
 */
export function clientAddress(
  tcpAddress: string | undefined,
  forwardedFor: string | undefined,
  trustedProxies: number,
): string | undefined {
  if (trustedProxies === 0) return tcpAddress;
  const entry = forwardedFor?.split(',').at(-trustedProxies)?.trim() ?? '';
  return isIP(entry) === 0 ? tcpAddress : entry;
}

/** IPv4 as it is, mapped or not; IPv6 by its /64, because that is what one machine is given. */
export function partyOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined && isIPv4(mapped)) return mapped;
  const bare = address.replace(/%.*$/, '');
  if (!isIPv6(bare)) return address;
  const [head = '', tail] = bare.split('::');
  const groups = head === '' ? [] : head.split(':');
  // `::` stands for as many zero groups as are missing; only those among the first four matter here.
  if (tail !== undefined) {
    const after = tail === '' ? [] : tail.split(':');
    while (groups.length + after.length < 8) groups.push('0');
    groups.push(...after);
  }
  return groups
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':');
}
