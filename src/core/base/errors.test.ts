import { describe, expect, it } from 'vitest';
import { assert, AssertionError, unreachable } from './assert.ts';
import { errorCodes, PeerChannelError } from './errors.ts';
import { failure, success, type Result } from './result.ts';

describe('three kinds of error', () => {
  it('a bug of ours is an assertion', () => {
    expect(() => assert(true, 'holds')).not.toThrow();
    expect(() => assert(false, 'a node has an epoch')).toThrow(AssertionError);
    expect(() => unreachable('Gone' as never)).toThrow('unreachable: Gone');
  });

  it('what the world denied a person has a code of the closed set', () => {
    const beneath = new RangeError('too many');
    const error = new PeerChannelError('MessageTooLong', '5,000 bytes', { cause: beneath });
    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.code, error.message, error.cause]).toEqual([
      'PeerChannelError',
      'MessageTooLong',
      'MessageTooLong: 5,000 bytes',
      beneath,
    ]);
    expect(new PeerChannelError('NotOpen').message).toBe('NotOpen');
    expect(new Set(errorCodes).size).toBe(errorCodes.length);
  });

  it('bad input is a value with a reason', () => {
    const read = (text: string): Result<number, 'NotANumber'> =>
      /^\d+$/.test(text) ? success(Number(text)) : failure('NotANumber');
    expect(read('7')).toEqual({ ok: true, value: 7 });
    expect(read('seven')).toEqual({ ok: false, reason: 'NotANumber' });
  });
});
