import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAddress } from './address.ts';
import { formatShareFragment, readShareLink, withoutParameters } from './share-link.ts';

const parsed = parseAddress('caf\u00e9/chat');
if (!parsed.ok) throw new Error(parsed.reason);
const address = parsed.value;

describe('share links', () => {
  it.each([
    ['#riverside/chat?password=tinsel-gravity', '#riverside/chat', 'tinsel-gravity'],
    ['https://peer.example/#riverside/chat?password=a%20b', 'https://peer.example/#riverside/chat', 'a b'],
    ['http://localhost:8080/?lang=en#riverside?password=x', 'http://localhost:8080/?lang=en#riverside', 'x'],
    ['#riverside?password=%26%3D%3F%23%25%2B', '#riverside', '&=?#%+'],
    ['#riverside?password=a+b', '#riverside', 'a+b'],
    ['#riverside?password=a=b?c#d', '#riverside', 'a=b?c#d'],
    ['#riverside?password=\u043f\u0430\u0440\u043e\u043b\u044c', '#riverside', '\u043f\u0430\u0440\u043e\u043b\u044c'],
    ['  #riverside?password=x  \n', '  #riverside', 'x'],
    ['#riverside?password=%20x%20', '#riverside', ' x '],
  ])('[AD5] take the password out of %j', (text, addressText, password) => {
    expect(readShareLink(text)).toEqual({ address: addressText, password });
    expect(parseAddress(addressText)).toMatchObject({ ok: true, value: { meshId: 'riverside', path: '/chat' } });
  });

  it.each([
    '#riverside?password=',
    '#riverside?password=%',
    '#riverside?password=%C3',
    '#riverside?password=abc%E0%A4%A',
    '#riverside?password=%ED%A0%80',
  ])('[AD5] ask for a password that came empty or broken: %j', (text) => {
    expect(readShareLink(text)).toEqual({ address: '#riverside' });
  });

  it.each([
    'riverside?password=x',
    'net.p2p://riverside/chat?password=x',
    'https://peer.example/?password=x',
    '#riverside?',
    '#riverside?x=1',
    '#riverside?Password=x',
    '#riverside?x=1&password=y',
    '#riverside?password=y&x=1',
    '#riverside?password=y&password=z',
    '#riverside??password=y',
  ])('[AD5] leave %j whole, which is no address', (text) => {
    expect(readShareLink(text)).toEqual({ address: text });
    expect(parseAddress(text).ok).toBe(false);
  });

  it.each(['riverside', '#riverside/chat', 'net.p2p://riverside/chat', 'two words', ''])(
    '[AD5] leave %j, which has no parameters, as it is',
    (text) => {
      expect(readShareLink(text)).toEqual({ address: text });
    },
  );

  it('[AD5] hold nothing in a password that an app would end the link at', () => {
    const fragment = formatShareFragment(address, 'a-1 .,!_~*\'()<>"\\#&?=+%\u00e9\u{1f4ac}');
    expect(fragment).toMatch(/^caf%C3%A9\/chat\?password=a-1(?:%[0-9A-F]{2})+$/);
    expect(formatShareFragment(address)).toBe('caf%C3%A9/chat');
  });

  it('[AD4, AD5] read back as what was put in, in every form', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }), (password) => {
        const fragment = formatShareFragment(address, password);
        for (const prefix of ['#', 'https://peer.example/#']) {
          const link = readShareLink(prefix + fragment);
          expect(link.password).toBe(password);
          expect(parseAddress(link.address)).toEqual(parsed);
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('[AD5] answer a megabyte at once', () => {
    for (const part of ['#', '?', '%', '&', '#a?password=', '%41', ' ']) {
      const text = `#riverside?password=${part.repeat(1_000_000 / part.length)}`;
      expect(typeof readShareLink(text).address).toBe('string');
    }
  });

  it('[AD5, UI6] leave nothing in an address bar behind the question mark, whatever stands there', () => {
    for (const parameters of ['password=x', 'x=1&password=y', 'password=%', '?password=y', ''])
      expect(withoutParameters(`riverside/chat?${parameters}`)).toBe('riverside/chat');
    expect(withoutParameters('riverside/chat%3Fpassword%3Dx%0Ay')).toBe('riverside/chat');
    expect(withoutParameters('riverside/chat%3fpassword=x\ny?z')).toBe('riverside/chat');
    expect(withoutParameters('riverside/chat')).toBe('riverside/chat');
  });
});
