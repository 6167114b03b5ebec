import { describe, expect, it } from 'vitest';
import { encodeValue } from '../wire/codec.ts';
import { chatContract } from './chat-contract.ts';
import { decodeCall, defineContract, encodeCall } from './contract.ts';

const contract = defineContract('IBoard', {
  Draw: { parameters: { colour: 8, shape: 16 } },
  Clear: { parameters: {} },
  Title: { parameters: { text: 64 }, retained: true },
});

describe('contract', () => {
  it('[CT1] a call is its operation and its arguments in order, and reads back the same', () => {
    const call = { operation: 'Draw', arguments: { colour: 'red', shape: 'circle' } } as const;
    const encoded = encodeCall(contract, call);
    expect(encoded).toEqual({ ok: true, value: encodeValue(['Draw', 'red', 'circle']) });
    expect(encoded.ok && decodeCall(contract, encoded.value)).toEqual({ ok: true, value: call });
    const clear = encodeCall(contract, { operation: 'Clear', arguments: {} });
    expect(clear.ok && decodeCall(contract, clear.value)).toMatchObject({ ok: true, value: { operation: 'Clear' } });
  });

  it('[CT1] the order is that of the contract, not of the call', () => {
    const encoded = encodeCall(contract, { operation: 'Draw', arguments: { shape: 'circle', colour: 'red' } });
    expect(encoded).toEqual({ ok: true, value: encodeValue(['Draw', 'red', 'circle']) });
  });

  it('[CT1, CT2] an argument beyond its size in UTF-8 is refused at the sender and dropped at the receiver', () => {
    for (const [colour, ok] of [
      ['eightchr', true],
      ['ninechars', false],
      ['ääää', true],
      ['äääää', false],
    ] as const) {
      expect(encodeCall(contract, { operation: 'Draw', arguments: { colour, shape: '' } }).ok).toBe(ok);
      expect(decodeCall(contract, encodeValue(['Draw', colour, ''])).ok, colour).toBe(ok);
    }
  });

  it.each([
    ['no CBOR', Uint8Array.of(0xff)],
    ['nothing', new Uint8Array()],
    ['no list', encodeValue('Clear')],
    ['an empty list', encodeValue([])],
    ['an unknown operation', encodeValue(['Erase'])],
    ['an operation of Object', encodeValue(['constructor'])],
    ['an operation of its prototype', encodeValue(['__proto__'])],
    ['an operation that is no text', encodeValue([1, 'red', 'circle'])],
    ['an argument too few', encodeValue(['Draw', 'red'])],
    ['an argument too many', encodeValue(['Clear', 'red'])],
    ['an argument that is no text', encodeValue(['Draw', 'red', 7])],
    ['more arguments than any operation has', encodeValue(['Draw', ...Array.from({ length: 40 }, () => 'x')])],
    ['something behind it', Uint8Array.of(...encodeValue(['Clear']), 0)],
  ])('[CT2] %s is malformed', (_, payload) => {
    expect(decodeCall(contract, payload)).toEqual({ ok: false, reason: 'Malformed' });
  });

  it('[CT1] what is called is known to the compiler', () => {
    // @ts-expect-error No such operation.
    expect(() => encodeCall(contract, { operation: 'Erase', arguments: {} })).toThrow();
    // @ts-expect-error An argument is missing.
    expect(() => encodeCall(contract, { operation: 'Title', arguments: {} })).toThrow();
  });

  it('[CH1] IChat has Join, Chat and Leave, and Join is retained', () => {
    const shape = Object.entries(chatContract.operations).map(([name, operation]) => [
      name,
      Object.keys(operation.parameters),
      'retained' in operation && operation.retained,
    ]);
    expect(chatContract.name).toBe('IChat');
    expect(shape).toEqual([
      ['Join', ['member'], true],
      ['Chat', ['member', 'message'], false],
      ['Leave', ['member'], false],
    ]);
  });

  it('[CH2, CH7] IChat takes the longest nickname and the longest message, and nothing longer', () => {
    const chat = (member: string, message: string) =>
      encodeCall(chatContract, { operation: 'Chat', arguments: { member, message } }).ok;
    expect(chat('👋'.repeat(40), 'x'.repeat(4_096))).toBe(true);
    expect(chat('alice', 'x'.repeat(4_097))).toBe(false);
    expect(chat('👋'.repeat(40) + 'x', 'hello')).toBe(false);
  });
});
