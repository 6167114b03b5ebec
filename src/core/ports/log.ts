/** Structured trace (R63). Silent by default. Never carries a password, a key, or text that people wrote. */
export interface Log {
  (namespace: LogNamespace, event: string, fields?: Readonly<Record<string, string | number | boolean>>): void;
}

export type LogNamespace = 'resolver' | 'link' | 'mesh' | 'flood' | 'chat';

export const silentLog: Log = () => undefined;
