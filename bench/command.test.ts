import { describe, expect, it } from 'vitest';
import { runCommand, type Catalogue } from './command.ts';

function bench(argv: readonly string[], catalogue: Catalogue) {
  const said: string[] = [];
  const place = {
    root: '/',
    print: (text: string) => void said.push(text),
    complain: (text: string) => void said.push(text),
  };
  return runCommand(argv, catalogue, place).then((code) => ({ code, said: said.join('') }));
}

const catalogue: Catalogue = {
  tabs: async () => async (argv, host) => {
    host.print(argv.join(' '));
    return 0;
  },
  lighthouse: async () => async (_argv, host) => {
    host.closing.keep('server', async () => host.print('closed. '));
    throw new Error('no browser');
  },
};

describe('the command line of the bench', () => {
  it('hands the other arguments to the command that is named', async () => {
    expect(await bench(['tabs', '--n', '8'], catalogue)).toEqual({ code: 0, said: '--n 8' });
  });

  it.each([[], ['pages'], ['toString'], ['--json']])('answers %j with one line and 2', async (...argv) => {
    const { code, said } = await bench(argv, catalogue);
    expect(code).toBe(2);
    expect(said).toMatch(/^bench: say what to measure: tabs or lighthouse, not .*\n$/);
  });

  it('tells in one line what could not be done, and has closed everything', async () => {
    expect(await bench(['lighthouse'], catalogue)).toEqual({ code: 1, said: 'bench lighthouse: no browser\nclosed. ' });
  });
});
