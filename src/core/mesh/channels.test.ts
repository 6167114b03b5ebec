import { describe, expect, it } from 'vitest';
import { utf8 } from '../base/bytes.ts';
import type { EndpointPath, EnvelopeId } from '../base/ids.ts';
import { CHAT, nodeIdFor } from '../testing/cast.ts';
import { createChannels } from './channels.ts';
import type { Delivery } from './types.ts';

const BRIDGE = '/bridge' as EndpointPath;

function delivery(path: EndpointPath): Delivery {
  const common = {
    origin: nodeIdFor('alice'),
    originKey: new Uint8Array(32),
    envelopeId: 'a' as EnvelopeId,
    messageId: 'a/0',
  };
  const place = { stamp: { wallMs: 0, counter: 0 }, sequence: 1, index: 0 };
  return { ...common, ...place, path, payload: utf8('hello'), retained: false, own: false };
}

describe('channels of a node', () => {
  it('[FL6] every channel of a path gets what comes under it, and no other does', () => {
    const channels = createChannels();
    const heard: string[] = [];
    channels.add(CHAT).onDelivery(() => heard.push('first'));
    channels.add(CHAT).onDelivery(() => heard.push('second'));
    channels.add(BRIDGE).onDelivery(() => heard.push('bridge'));
    channels.deliver(delivery(CHAT));
    expect(heard).toEqual(['first', 'second']);
    channels.deliver(delivery('/nobody' as EndpointPath));
    expect(heard).toHaveLength(2);
  });

  it('[ND2] the last channel of a path is told apart, and closing twice counts once', () => {
    const channels = createChannels();
    const [first, second, bridge] = [channels.add(CHAT), channels.add(CHAT), channels.add(BRIDGE)];
    expect(channels.size).toBe(3);
    expect([first.remove(), first.remove(), second.remove(), second.remove()]).toEqual([false, false, true, false]);
    expect(channels.size).toBe(1);
    expect(bridge.remove()).toBe(true);
    expect(channels.size).toBe(0);
  });

  it('a listener that unsubscribes while it listens takes nothing from the others', () => {
    const channels = createChannels();
    const heard: string[] = [];
    const channel = channels.add(CHAT);
    const stop = channel.onDelivery(() => {
      heard.push('first');
      stop();
    });
    channel.onDelivery(() => heard.push('second'));
    channels.deliver(delivery(CHAT));
    channels.deliver(delivery(CHAT));
    expect(heard).toEqual(['first', 'second', 'second']);
  });

  it('the same listener twice is heard twice and unsubscribes apart', () => {
    const channels = createChannels();
    let heard = 0;
    const count = (): void => void (heard += 1);
    const channel = channels.add(CHAT);
    const stop = channel.onDelivery(count);
    channel.onDelivery(count);
    channels.deliver(delivery(CHAT));
    stop();
    channels.deliver(delivery(CHAT));
    expect(heard).toBe(3);
  });
});
