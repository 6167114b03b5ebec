import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { piecesOf } from './links.ts';

const hrefsIn = (message: string) => piecesOf(message).flatMap(({ href }) => href ?? []);

describe('what can be followed in a message', () => {
  it('[UI13] is a web address, as it was written', () => {
    expect(piecesOf('see https://example.org/a?b=c#d, please')).toEqual([
      { text: 'see ' },
      { text: 'https://example.org/a?b=c#d', href: 'https://example.org/a?b=c#d' },
      { text: ', please' },
    ]);
    expect(piecesOf('HTTP://EXAMPLE.ORG')).toEqual([{ text: 'HTTP://EXAMPLE.ORG', href: 'http://example.org/' }]);
    expect(piecesOf('http://a.example http://b.example')).toHaveLength(3);
    expect(piecesOf('no address')).toEqual([{ text: 'no address' }]);
    expect(piecesOf('')).toEqual([]);
  });

  it.each([
    ['(https://example.org/a)', 'https://example.org/a'],
    ['https://example.org/a_(b)', 'https://example.org/a_(b)'],
    ['(https://example.org/a_(b)).', 'https://example.org/a_(b)'],
    ['“https://example.org/a”', 'https://example.org/a'],
    ['https://example.org/a…', 'https://example.org/a'],
    ['<https://example.org/a>', 'https://example.org/a'],
    ['https://example.org/?!', 'https://example.org/'],
    ['https://bücher.example/ü', 'https://xn--bcher-kva.example/%C3%BC'],
  ])('[UI13] ends where the address does: %s', (message, href) => {
    expect(hrefsIn(message)).toEqual([href]);
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,<b>x',
    'file:///etc/passwd',
    'blob:https://example.org/x',
    'intent://example.org#Intent;end',
    'web+peer://x',
    'mailto:a@example.org',
    'javascript:https://',
    'https://',
    'https://example.org@other.example/',
    'https://a:b@other.example/',
    'https:/example.org',
    'xhttps://example.org',
    'https://exa mple',
  ])('[UI13] is nothing else: %s', (message) => {
    expect(hrefsIn(message).filter((href) => href !== 'https://exa/')).toEqual([]);
  });

  it.each(['\u202e', '\u2066', '\u200b', '\u200f', '\ufeff', '\u0000', '\u00ad'])(
    '[UI13] ends at what is not seen: %j',
    (unseen) => {
      expect(hrefsIn(`https://example.org/a${unseen}gro.rehto`)).toEqual(['https://example.org/a']);
    },
  );

  it('[UI7, UI13] whatever is written stays as it is, and only the two schemes are followed', () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom(
        'https://',
        'http://',
        'javascript:',
        '//',
        '@',
        '(',
        ')',
        '.',
        'example.org',
        ' ',
        '\u202e',
        '%00',
      ),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const message = parts.join('');
        const pieces = piecesOf(message);
        expect(pieces.map(({ text }) => text).join('')).toBe(message);
        for (const { href } of pieces) if (href !== undefined) expect(href).toMatch(/^https?:\/\/[^/@]/);
      }),
    );
  });
});
