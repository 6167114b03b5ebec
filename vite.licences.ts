/**
 * Beside the app goes a list of the packages of others that are in it, with what their licences ask to be passed on.
 * Knows the packages by the modules that came into the bundle; fails where one says nothing of its licence.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin, Rolldown } from 'vite';

const FILE = 'licences.txt';

interface Package {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly author?: string | { readonly name: string };
}

/** The package's folder of each module of others; the last `node_modules` counts, for packages bring their own. */
function foldersOf(bundle: Rolldown.OutputBundle): Set<string> {
  const folders = new Set<string>();
  for (const chunk of Object.values(bundle)) {
    if (chunk.type !== 'chunk') continue;
    for (const [id, { renderedLength }] of Object.entries(chunk.modules)) {
      const folder = /.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(
        id.replaceAll('\\', '/').replace(/^.*:(?=\/)/, ''),
      )?.[0];
      if (folder !== undefined && renderedLength > 0) folders.add(folder);
    }
  }
  return folders;
}

async function noticeOf(folder: string): Promise<{ title: string; notice: string }> {
  const { name, version, license, author } = JSON.parse(
    await readFile(join(folder, 'package.json'), 'utf8'),
  ) as Package;
  if (license === undefined) throw new Error(`${name} ${version} does not tell its licence`);
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  const writer = typeof author === 'object' ? author.name : author;
  const notice = file === undefined ? `By ${writer ?? 'its authors'}.` : await readFile(join(folder, file), 'utf8');
  return { title: `${name} ${version} (${license})`, notice: notice.trim() };
}

/** Of the page's own bundle and of its workers': all that a build makes, in one file. */
export function thirdPartyLicences(): { readonly page: Plugin; readonly worker: Plugin } {
  const folders = new Set<string>();
  const collect = (bundle: Rolldown.OutputBundle): void => foldersOf(bundle).forEach((folder) => folders.add(folder));
  return {
    worker: {
      name: 'third-party-licences-of-workers',
      generateBundle: (_, bundle) => collect(bundle),
    },
    page: {
      name: 'third-party-licences',
      apply: 'build',
      async generateBundle(_, bundle) {
        collect(bundle);
        const notices = await Promise.all([...folders].map(noticeOf));
        const rule = '-'.repeat(80);
        const source = notices
          .toSorted((a, b) => (a.title < b.title ? -1 : 1))
          .map(({ title, notice }) => `${title}\n${rule}\n${notice}\n`)
          .join('\n\n');
        this.emitFile({ type: 'asset', fileName: FILE, source });
      },
    },
  };
}
