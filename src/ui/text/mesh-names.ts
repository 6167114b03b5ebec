/**
 * Fresh mesh names that people can read out: two words and a short suffix, such as `amber-otter-k3f9`.
 * The name is no secret: it only has to differ from the names of others. 48 × 48 words and 400 × 100 suffixes make
 * about 92 million names; two rooms that meet on one are still kept apart by their passwords.
 */
import type { Random } from '../../core/ports/random.ts';

const FIRST =
  'amber ample azure bold brave brisk bright calm clear clever copper coral crisp dapper deep eager early fair fern fleet frosty gentle glad golden green happy hazel ivory jade jolly keen kind lively lunar mellow merry misty noble olive pearl quick quiet silver sunny swift tidal warm wise'.split(
    ' ',
  );
const SECOND =
  'badger beacon birch bison brook cedar comet condor crane creek dolphin dune eagle ember falcon finch fjord fox garnet glade harbour heron ibis island jackal juniper kestrel lagoon lark lynx maple marten meadow moose orchid osprey otter owl panda pebble pine puffin raven reef robin sparrow tern willow'.split(
    ' ',
  );
/** No letters that look like digits, and no vowels, so that no suffix spells a word. */
const LETTERS = 'bcdfghjkmnpqrstvwxyz';
const DIGITS = '0123456789';

export function createMeshName(random: Random): string {
  const pick = <Item>(from: ArrayLike<Item>): Item => from[Math.floor(random.fraction() * from.length)]!;
  const suffix = pick(LETTERS) + pick(DIGITS) + pick(LETTERS) + pick(DIGITS);
  return `${pick(FIRST)}-${pick(SECOND)}-${suffix}`;
}
