/**
 * What this tab keeps over a reload: the nickname, and text composed but not sent. [UI1]
 * Knows neither rooms nor what is kept; gone when the tab is closed. Passwords are never kept here.
 */
export interface TabMemory {
  /** Empty when nothing is kept. */
  read(key: string): string;
  /** Empty text is forgotten. */
  write(key: string, text: string): void;
}

/** The part of the browser's `sessionStorage` that is needed. */
export type TabStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const PREFIX = 'peer-channel:';

/**
 * `open` gives the browser's storage. It may throw, as it does where a person forbids storing, and so may every use of it,
 * as when it is full: what could not be stored is kept as long as the page lives.
 */
export function createTabMemory(open: () => TabStorage): TabMemory {
  const unstored = new Map<string, string>();

  function attempt<Outcome>(use: (storage: TabStorage) => Outcome, otherwise: Outcome): Outcome {
    try {
      return use(open());
    } catch {
      return otherwise; // Refused or full: nothing to tell, and it may be so at every key that is pressed.
    }
  }

  return {
    read: (key) => unstored.get(key) ?? attempt((storage) => storage.getItem(PREFIX + key), null) ?? '',
    write(key, text) {
      const isStored = attempt((storage) => {
        if (text === '') storage.removeItem(PREFIX + key);
        else storage.setItem(PREFIX + key, text);
        return true;
      }, false);
      if (isStored) unstored.delete(key);
      else unstored.set(key, text);
    },
  };
}
