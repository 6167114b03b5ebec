/** What a command has opened and must close again, whatever happens: processes, servers, browsers. Last in, first out. */
export interface Closing {
  /** To be closed at the end; gives the thing back. */
  keep<Thing>(thing: Thing, close: (thing: Thing) => Promise<unknown>): Thing;
  /** Closes everything, also if some of it fails; the first failure is thrown. */
  close(): Promise<void>;
}

export function createClosing(): Closing {
  const open: (() => Promise<unknown>)[] = [];
  return {
    keep(thing, close) {
      open.push(() => close(thing));
      return thing;
    },
    async close() {
      const failures: unknown[] = [];
      for (let close = open.pop(); close; close = open.pop()) {
        try {
          await close();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}
