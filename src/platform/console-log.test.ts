import { describe, expect, it } from 'vitest';
import { silentLog } from '../core/ports/log.ts';
import { createConsoleLog } from './console-log.ts';

function lines(setting: string | null): string[] {
  const written: string[] = [];
  const log = createConsoleLog(setting, (line, fields) => written.push(`${line} ${JSON.stringify(fields)}`));
  log('mesh', 'opened', { neighbours: 3 });
  log('link', 'closed');
  return written;
}

describe('console log', () => {
  it('is silent unless asked', () => {
    expect(lines(null)).toEqual([]);
    expect(lines(' , ')).toEqual([]);
    expect(createConsoleLog()).toBe(silentLog);
  });

  it('writes the namespaces asked for', () => {
    expect(lines('mesh')).toEqual(['mesh: opened {"neighbours":3}']);
    expect(lines('mesh, link')).toEqual(['mesh: opened {"neighbours":3}', 'link: closed {}']);
    expect(lines('*')).toHaveLength(2);
  });
});
