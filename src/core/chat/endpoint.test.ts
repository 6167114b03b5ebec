import { describe, expect, it } from 'vitest';
import { utf8 } from '../base/bytes.ts';
import type { EnvelopeId } from '../base/ids.ts';
import { CHAT, createTestOrigin } from '../testing/cast.ts';
import { encodeValue } from '../wire/codec.ts';
import type { Delivery, MeshChannel, PeerNode, SendOptions, SendOutcome } from '../mesh/types.ts';
import { defineContract } from './contract.ts';
import { openEndpoint } from './endpoint.ts';

const contract = defineContract('IBoard', {
  Draw: { parameters: { colour: 8 } },
  Title: { parameters: { text: 64 }, retained: true },
});
const bob = createTestOrigin('bob');

/** An endpoint over a channel of which the test sees both ends. */
function setUp(outcome: SendOutcome = 'Queued') {
  const sent: { payload: Uint8Array; options: SendOptions | undefined }[] = [];
  const listeners = new Set<(delivery: Delivery) => void>();
  const state = { isClosed: false };
  const node = {} as PeerNode;
  const channel: MeshChannel = {
    path: CHAT,
    node,
    send(payload, options) {
      sent.push({ payload, options });
      return outcome;
    },
    onDelivery(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => void (state.isClosed = true),
  };
  const endpoint = openEndpoint({ ...node, channel: () => channel }, CHAT, contract);
  function deliver(payload: Uint8Array, retained = false): void {
    const delivery: Delivery = {
      path: CHAT,
      origin: bob.nodeId,
      originKey: bob.key,
      payload,
      stamp: { wallMs: 5, counter: 0 },
      sequence: 1,
      index: 0,
      envelopeId: 'm' as EnvelopeId,
      messageId: 'a/0',
      retained,
      own: false,
    };
    for (const listener of listeners) listener(delivery);
  }
  return { endpoint, sent, deliver, state };
}

describe('endpoint', () => {
  it('[CT2] sends a retained operation as a retained message, and no other', () => {
    const { endpoint, sent } = setUp();
    expect(endpoint.send({ operation: 'Draw', arguments: { colour: 'red' } }, { hopLimit: 1 })).toBe('Queued');
    endpoint.send({ operation: 'Title', arguments: { text: 'plan' } });
    expect(sent).toEqual([
      { payload: encodeValue(['Draw', 'red']), options: { hopLimit: 1, retained: false } },
      { payload: encodeValue(['Title', 'plan']), options: { retained: true } },
    ]);
  });

  it('[CT2] refuses at the sender what does not fit the contract', () => {
    const { endpoint, sent } = setUp();
    expect(endpoint.send({ operation: 'Draw', arguments: { colour: 'ultramarine' } })).toBe('TooLarge');
    expect(sent).toEqual([]);
  });

  it('tells what became of it', () => {
    expect(setUp('NotOpen').endpoint.send({ operation: 'Draw', arguments: { colour: 'red' } })).toBe('NotOpen');
  });

  it('[CT1] hands on calls with who made them', () => {
    const { endpoint, deliver } = setUp();
    const calls: unknown[] = [];
    endpoint.onCall(({ call, origin, messageId, stamp }) => calls.push({ call, origin, messageId, stamp }));
    deliver(encodeValue(['Draw', 'red']));
    expect(calls).toEqual([
      {
        call: { operation: 'Draw', arguments: { colour: 'red' } },
        origin: bob.nodeId,
        messageId: 'a/0',
        stamp: { wallMs: 5, counter: 0 },
      },
    ]);
  });

  it('[CT2] drops what does not fit the contract, whoever sent it', () => {
    const { endpoint, deliver } = setUp();
    const calls: unknown[] = [];
    endpoint.onCall((received) => calls.push(received));
    for (const payload of [
      utf8('hello'),
      encodeValue(['Erase']),
      encodeValue(['Draw', 'ultramarine']),
      new Uint8Array(),
    ])
      deliver(payload);
    expect(calls).toEqual([]);
  });

  it('[CT2] drops a retained operation that comes as a message, and the other way round', () => {
    const { endpoint, deliver } = setUp();
    const calls: string[] = [];
    endpoint.onCall(({ call }) => calls.push(call.operation));
    deliver(encodeValue(['Title', 'plan']), false);
    deliver(encodeValue(['Draw', 'red']), true);
    expect(calls).toEqual([]);
    deliver(encodeValue(['Title', 'plan']), true);
    expect(calls).toEqual(['Title']);
  });

  it('stops listening when it is told to, and closes its channel', () => {
    const { endpoint, deliver, state } = setUp();
    let heard = 0;
    const stop = endpoint.onCall(() => (heard += 1));
    stop();
    deliver(encodeValue(['Draw', 'red']));
    endpoint.close();
    expect([heard, state.isClosed]).toEqual([0, true]);
  });
});
