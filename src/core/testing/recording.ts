/** What a test wrote down: facts of an event source with their names. */

/** Anything with the `on` of an emitter; of which facts, the caller's names say. */
interface Source<Name extends string> {
  on(name: Name, listener: (fact: unknown) => void): () => void;
}

/** Facts of the named events, as `[name, fact]`, in the order they were told. */
export function recordEvents<Name extends string>(
  source: Source<NoInfer<Name>>,
  ...names: readonly Name[]
): (readonly [Name, unknown])[] {
  const heard: (readonly [Name, unknown])[] = [];
  for (const name of names) source.on(name, (fact) => heard.push([name, fact]));
  return heard;
}
