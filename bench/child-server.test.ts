import { describe, expect, it } from 'vitest';
import { startChildServer } from './child-server.ts';

const start = (program: string) =>
  startChildServer({ name: 'echo', cwd: '.', args: ['-e', program], env: { WORD: 'up' }, listening: /^up at (\d+)$/ });

describe('a server as a process of its own', () => {
  it('is there once it says where it listens, and gone once it was stopped', async () => {
    const server = await start(`console.log(process.pid); console.log(process.env.WORD + ' at ' + process.pid);
      setInterval(() => {}, 1000)`);
    const pid = Number(server.port);
    expect(process.kill(pid, 0)).toBe(true);
    await server.stop();
    await server.stop();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('that ends before is told by its name', async () => {
    await expect(start('process.exitCode = 3')).rejects.toThrow('the echo ended with code 3');
  });
});
