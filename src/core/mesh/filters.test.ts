import { describe, expect, it } from 'vitest';
import type { EndpointPath } from '../base/ids.ts';
import { CHAT, createTestOrigin, message, presence } from '../testing/cast.ts';
import type { Item } from '../wire/envelope.ts';
import { createFilters, isLocal, isRemote } from './filters.ts';
import type { AcceptedEnvelope } from './flood.ts';
import type { Propagation, PropagationFilter } from './types.ts';

const BRIDGE = '/bridge' as EndpointPath;
const bob = createTestOrigin('bob');
const textOf = (payload: Uint8Array): string => new TextDecoder().decode(payload);

function setUp(filter?: PropagationFilter) {
  const faults: string[] = [];
  const filters = createFilters(
    (path) => path === CHAT,
    (path, error) => faults.push(`${path} ${(error as Error).message}`),
  );
  if (filter) filters.set(CHAT, filter);
  function apply(...items: Item[]): { withheld: number[]; hopLimit: number } {
    const { body, envelope } = bob.say(items);
    const accepted = { id: 'e', origin: bob.nodeId, body, envelope, hops: 1, hopLimit: 5, own: false };
    const { withheld, hopLimit } = filters.apply(accepted as unknown as AcceptedEnvelope);
    return { withheld: [...(withheld ?? [])], hopLimit };
  }
  return { filters, apply, faults };
}

describe('propagation filters', () => {
  it.each<[Propagation, number[], number]>([
    ['None', [0], 0],
    ['Local', [], 0],
    ['Remote', [0], 5],
    ['LocalAndRemote', [], 5],
  ])('[PG1] the answer %s says where an envelope goes', (answer, withheld, hopLimit) => {
    expect(setUp(() => answer).apply(message('hello'))).toEqual({ withheld, hopLimit });
    expect([isLocal(answer), isRemote(answer)]).toEqual([withheld.length === 0, hopLimit > 0]);
  });

  it('[PG1] is asked once for each message, and shown who said it', () => {
    const asked: unknown[] = [];
    const { apply } = setUp(({ payload, ...rest }) => {
      asked.push({ ...rest, text: textOf(payload) });
      return 'LocalAndRemote';
    });
    apply(message('one'), message('two'));
    const common = { path: CHAT, origin: bob.nodeId, originKey: bob.key, own: false };
    expect(asked).toEqual([
      { ...common, text: 'one' },
      { ...common, text: 'two' },
    ]);
  });

  it('[PG1] what it does to the bytes it is shown changes no envelope', () => {
    const { filters } = setUp(({ payload }) => {
      payload.fill(0);
      return 'LocalAndRemote';
    });
    const { body, envelope } = bob.say([message('hello')]);
    const before = [...envelope.bytes];
    filters.apply({ body, envelope, origin: bob.nodeId } as unknown as AcceptedEnvelope);
    expect([[...envelope.bytes], textOf(body.items[0]!.payload)]).toEqual([before, 'hello']);
  });

  it('[PG2] of several messages each is delivered by its own answer, and the envelope goes on for any of them', () => {
    const { apply } = setUp(({ payload }) => textOf(payload) as Propagation);
    expect(apply(message('Local'), message('None'))).toEqual({ withheld: [1], hopLimit: 0 });
    expect(apply(message('Local'), message('Remote'), message('None'))).toEqual({ withheld: [1, 2], hopLimit: 5 });
  });

  it('[PG3] is not asked for other paths, nor for what the mesh tells, and both go on', () => {
    const { apply } = setUp(() => 'None');
    expect(apply(message('hello', BRIDGE))).toEqual({ withheld: [], hopLimit: 5 });
    expect(apply(message('hello'), presence)).toEqual({ withheld: [0], hopLimit: 5 });
    const { filters, apply: unheard } = setUp();
    filters.set(BRIDGE, () => 'None');
    expect(unheard(message('hello', BRIDGE))).toEqual({ withheld: [], hopLimit: 5 });
  });

  it('[PG1] once taken away it decides nothing', () => {
    const { filters, apply } = setUp(() => 'None');
    filters.set(CHAT, undefined);
    expect(apply(message('hello'))).toEqual({ withheld: [], hopLimit: 5 });
  });

  it.each<[string, PropagationFilter]>([
    ['throws', () => assertNever()],
    ['answers anything else', () => 'Everywhere' as Propagation],
    ['answers nothing', (() => undefined) as unknown as PropagationFilter],
  ])('[PG4] one that %s stops no relaying, and is told', (_, filter) => {
    const { filters, apply, faults } = setUp(filter);
    expect(apply(message('hello'))).toEqual({ withheld: [0], hopLimit: 5 });
    expect(faults).toHaveLength(1);
    const own = { path: CHAT, origin: bob.nodeId, originKey: bob.key, payload: new Uint8Array(), own: true };
    expect(() => filters.ask(own)).toThrow();
  });
});

function assertNever(): never {
  throw new Error('a bug of the application');
}
