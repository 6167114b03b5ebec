import { describe, expect, it } from 'vitest';
import { clientAddress, createConnectionCounts, partyOf } from './addresses.ts';

describe('connection counts', () => {
  it('[RS16] one address does not get more than its share, and gets it back', () => {
    const counts = createConnectionCounts(() => 2);
    const leave = counts.admit('192.0.2.1');
    expect(counts.admit('192.0.2.1')).toBeDefined();
    expect(counts.admit('::ffff:192.0.2.1')).toBeUndefined();
    expect(counts.admit('192.0.2.2')).toBeDefined();
    leave?.();
    leave?.();
    expect(counts.total).toBe(2);
    expect(counts.admit('192.0.2.1')).toBeDefined();
    expect(counts.admit('192.0.2.1')).toBeUndefined();
  });

  it('[RS16] all addresses together do not get more than the whole', () => {
    const counts = createConnectionCounts(() => 2, 3);
    for (const host of [1, 2, 3]) expect(counts.admit(`192.0.2.${host}`)).toBeDefined();
    expect(counts.admit('192.0.2.4')).toBeUndefined();
  });

  it('[RS16] an IPv6 party is its /64, however written', () => {
    expect(partyOf('2001:db8:1:2::1')).toBe('2001:db8:1:2');
    expect(partyOf('2001:0db8:0001:0002:ffff:ffff:ffff:ffff')).toBe('2001:db8:1:2');
    expect(partyOf('2001:db8::1')).toBe('2001:db8:0:0');
    expect(partyOf('::1')).toBe('0:0:0:0');
    expect(partyOf('fe80::1%eth0')).toBe('fe80:0:0:0');
    expect(partyOf('::ffff:192.0.2.7')).toBe('192.0.2.7');
    expect(partyOf('192.0.2.7')).toBe('192.0.2.7');
  });
});

describe('address of a client', () => {
  const proxy = '10.0.0.1';

  it('[RS16] is that of the TCP connection unless proxies are trusted', () => {
    expect(clientAddress(proxy, '192.0.2.1', 0)).toBe(proxy);
    expect(clientAddress(undefined, '192.0.2.1', 0)).toBeUndefined();
  });

  it('[RS16] is what the outermost trusted proxy appended, whatever the client wrote before', () => {
    expect(clientAddress(proxy, '192.0.2.1', 1)).toBe('192.0.2.1');
    expect(clientAddress(proxy, '198.51.100.7,192.0.2.1', 1)).toBe('192.0.2.1');
    expect(clientAddress(proxy, 'unknown, 2001:db8::1 , 10.0.0.2', 2)).toBe('2001:db8::1');
  });

  it.each([undefined, '', 'unknown', '192.0.2.1,', '192.0.2.1, _hidden', '192.0.2.1:80'])(
    '[RS16] is that of the TCP connection where the header says %s',
    (forwardedFor) => expect(clientAddress(proxy, forwardedFor, 1)).toBe(proxy),
  );

  it('[RS16] is that of the TCP connection where the request came past a proxy', () => {
    expect(clientAddress(proxy, '192.0.2.1', 2)).toBe(proxy);
  });
});
