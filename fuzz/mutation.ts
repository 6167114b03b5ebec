/** Changes to bytes and texts, as arbitraries that shrink: fewer changes, nearer to the beginning. */
import fc from 'fast-check';

/** One change to a list: of bytes, of lines, of characters. `at` counts from the beginning, around its length. */
export interface Mutation<Element> {
  readonly kind: 'set' | 'insert' | 'delete' | 'repeat' | 'cut';
  readonly at: number;
  readonly count: number;
  readonly elements: readonly Element[];
}

export function mutations<Element>(element: fc.Arbitrary<Element>, most = 4): fc.Arbitrary<Mutation<Element>[]> {
  const one = fc.record({
    kind: fc.constantFrom('set', 'set', 'insert', 'delete', 'repeat', 'cut'),
    at: fc.nat({ max: 1023 }),
    count: fc.integer({ min: 1, max: 8 }),
    elements: fc.array(element, { minLength: 1, maxLength: 4 }),
  });
  return fc.array(one, { maxLength: most });
}

export function mutate<Element>(list: readonly Element[], changes: readonly Mutation<Element>[]): Element[] {
  const changed = [...list];
  for (const { kind, at, count, elements } of changes) {
    const place = changed.length === 0 ? 0 : at % changed.length;
    if (kind === 'set') changed.splice(place, elements.length, ...elements);
    else if (kind === 'insert') changed.splice(place, 0, ...elements);
    else if (kind === 'delete') changed.splice(place, count);
    else if (kind === 'repeat') changed.splice(place, 0, ...changed.slice(place, place + count));
    else changed.length = place;
  }
  return changed;
}

export const byteMutations = (most?: number): fc.Arbitrary<Mutation<number>[]> =>
  mutations(fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(0, 0x18, 0x1b, 0x40, 0x5b, 0x80, 0x9f, 0xf6, 0xff)), most);

export const mutateBytes = (bytes: Uint8Array, changes: readonly Mutation<number>[]): Uint8Array =>
  Uint8Array.from(mutate([...bytes], changes));
