/** Every numbered rule of PROTOCOL stands in a test title, and no title cites a rule that is not there. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDERS = ['src', 'resolver', 'sim', 'test', 'bench', 'e2e'];

/** `- **RS12** …` at the start of a list item. */
function rulesIn(protocol: string): string[] {
  return [...protocol.matchAll(/^\s*[-*] \*\*([A-Z]{2}\d+)\*\*/gm)].map(([, rule]) => rule ?? '');
}

/** `[RS1]`, `[RS1, RS2]`: brackets that hold rule numbers and nothing else. */
function citationsIn(title: string): string[] {
  return [...title.matchAll(/\[([A-Z]{2}\d+(?:, ?[A-Z]{2}\d+)*)\]/g)].flatMap(([, list]) => (list ?? '').split(/, ?/));
}

/** Titles of `it`, `test` and `describe`, with `.each(…)` and other forms of them, and those that stand in a table. */
function titlesIn(text: string): string[] {
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(it|test|describe)\b/.test(node.expression.getText())) {
      const [title] = node.arguments;
      if (title && ts.isStringLiteralLike(title)) titles.push(title.text);
      else if (title && ts.isTemplateExpression(title)) titles.push(title.getText());
    }
    if (ts.isStringLiteral(node) && ts.isArrayLiteralExpression(node.parent) && /^\[[A-Z]{2}\d/.test(node.text)) {
      titles.push(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('test.ts', text, ts.ScriptTarget.Latest, true));
  return titles;
}

function testFilesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return testFilesIn(path);
    // A contract suite is a test file of everybody who runs it.
    return /\.(test|spec)\.ts$/.test(entry.name) || /[/\\]contracts$/.test(folder) ? [path] : [];
  });
}

describe('rules', () => {
  const protocol = readFileSync(join(ROOT, 'PROTOCOL.md'), 'utf8');
  const rules = rulesIn(protocol);
  const cited = new Map<string, string>();
  for (const file of FOLDERS.flatMap((folder) => testFilesIn(join(ROOT, folder)))) {
    for (const title of titlesIn(readFileSync(file, 'utf8')))
      for (const rule of citationsIn(title)) cited.set(rule, title);
  }

  it('PROTOCOL numbers its rules, each once', () => {
    expect(rules.length).toBeGreaterThan(0);
    expect(rules.filter((rule, index) => rules.indexOf(rule) !== index)).toEqual([]);
  });

  it('every rule is cited by a test', () => {
    expect(rules.filter((rule) => !cited.has(rule))).toEqual([]);
  });

  it('every citation is of a rule', () => {
    const known = new Set(rules);
    expect([...cited].filter(([rule]) => !known.has(rule)).map(([rule, title]) => `${rule} in "${title}"`)).toEqual([]);
  });

  it('rules and citations are read as they are written', () => {
    expect(rulesIn('- **AB1** first\n  * **AB12** second\ntext **AB3** no\n- see **AB4**')).toEqual(['AB1', 'AB12']);
    // Put together, so that the test does not cite what it is about.
    const [one, two] = ['AB1', 'AB2'];
    expect(citationsIn(`[${one}, ${two}] and [${two}], not [${one}-${two}] nor [note]`)).toEqual([one, two, two]);
    expect(titlesIn("it.each([1])('first', f); test(`second ${x}`, g); other('third')")).toEqual([
      'first',
      '`second ${x}`',
    ]);
  });
});
