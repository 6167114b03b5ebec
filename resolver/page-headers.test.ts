import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PAGE_HEADERS } from './page-headers.ts';

const hosting = readFileSync(new URL('../docs/hosting.md', import.meta.url), 'utf8');
const snippetOf = (language: string): string => new RegExp('```' + language + '\n([^]*?)```').exec(hosting)?.[1] ?? '';

describe('the headers for other hosts', () => {
  it.each([
    ['nginx', (name: string, value: string) => `    add_header ${name} "${value}" always;\n`],
    ['caddy', (name: string, value: string) => `        ${name} "${value}"\n`],
    ['text', (name: string, value: string) => `  ${name}: ${value}\n`],
  ])('[RS21] are those that the resolver sends: %s', (language, line) => {
    for (const [name, value] of Object.entries(PAGE_HEADERS)) expect(snippetOf(language)).toContain(line(name, value));
  });
});
