/**
 * Log port over the browser's console. Silent unless somebody asks, for a support case or while developing, by
 * `localStorage.setItem('peer-channel:log', 'mesh,link')` or `'*'`.
 */
import { silentLog, type Log } from '../core/ports/log.ts';

const LOG_SETTING = 'peer-channel:log';

/** `setting`: namespaces with commas between, or `*`; null or empty is silent. */
export function createConsoleLog(
  setting: string | null = readSetting(),
  write: (line: string, fields: object) => void = (line, fields) => console.debug(line, fields),
): Log {
  const namespaces = new Set((setting ?? '').split(',').map((name) => name.trim()));
  namespaces.delete('');
  if (namespaces.size === 0) return silentLog;
  const all = namespaces.has('*');
  return (namespace, event, fields = {}) => {
    if (all || namespaces.has(namespace)) write(`${namespace}: ${event}`, fields);
  };
}

function readSetting(): string | null {
  try {
    return localStorage.getItem(LOG_SETTING);
  } catch {
    return null; // Storage is blocked in this context: nobody can have asked.
  }
}
