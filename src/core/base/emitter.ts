/**
 * Small typed event emitter: facts in the past tense, going up.
 * Owns nothing but its listeners; a listener that throws does not keep the others from hearing.
 */
export interface EventSource<Events extends object> {
  /** Returns the function that unsubscribes. */
  on<Name extends keyof Events>(name: Name, listener: (fact: Events[Name]) => void): () => void;
}

export interface Emitter<Events extends object> extends EventSource<Events> {
  emit<Name extends keyof Events>(name: Name, fact: Events[Name]): void;
}

export function createEmitter<Events extends object>(): Emitter<Events> {
  const listeners = new Map<keyof Events, Set<(fact: never) => void>>();
  return {
    on(name, listener) {
      let set = listeners.get(name);
      if (!set) listeners.set(name, (set = new Set()));
      // A fresh wrapper, so that the same function subscribed twice is heard twice and unsubscribes apart.
      const entry = (fact: never): void => listener(fact);
      set.add(entry);
      return () => set.delete(entry);
    },
    emit(name, fact) {
      let firstError: unknown;
      let failed = false;
      for (const listener of [...(listeners.get(name) ?? [])]) {
        try {
          (listener as (fact: Events[typeof name]) => void)(fact);
        } catch (error) {
          if (!failed) firstError = error;
          failed = true;
        }
      }
      if (failed) throw firstError;
    },
  };
}
