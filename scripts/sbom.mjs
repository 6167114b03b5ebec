/**
 * `npm run sbom`: what this project is made of, as CycloneDX 1.6 on standard output, after a build: every package of the
 * lock file, with its hash, its licence and what it is for. The same sources give the same bytes. Ends with 1, and says
 * so on standard error, where a package that is handed on has a licence that its users could not, `debug` is in the page,
 * or more packages than should be. With `--check` it says no more than that. Plain Node.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** Packages in the page: each is one more whose makers have to be trusted. */
const MAX_IN_PAGE = 20;
/** For what is in the page or runs with the resolver. Tools may have others. */
const HANDED_ON = new Set(['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT']);

const read = (file) => readFileSync(join(root, file), 'utf8');
const { name, version, packages } = { ...JSON.parse(read('package.json')), ...JSON.parse(read('package-lock.json')) };
/** As vite.licences.ts wrote them. */
const inPage = new Set(
  [...read('dist/licences.txt').matchAll(/^(\S+) (\S+) \(.+\)\n-{80}$/gm)].map(([, n, v]) => `${n}@${v}`),
);

const all = Object.entries(packages)
  .filter(([path]) => path !== '')
  .map(([path, { version, license, integrity, dev, dependencies, optionalDependencies }]) => {
    const name = path.replace(/^.*node_modules\//, '');
    const isInPage = inPage.has(`${name}@${version}`);
    const needs = Object.keys({ ...dependencies, ...optionalDependencies });
    return { path, name, version, license, integrity, isInPage, isHandedOn: isInPage || dev !== true, needs };
  });

const purlOf = ({ name, version }) => `pkg:npm/${name.replace(/^@/, '%40')}@${version}`;

/** Where Node looks: beside who needs it, then further up. */
function found(path, needed) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    const candidate = `${folder === '' ? '' : `${folder}/`}node_modules/${needed}`;
    if (packages[candidate] !== undefined) return candidate;
    if (folder === '') return undefined;
  }
}

function component(one) {
  const { name, version, license, integrity, isInPage, isHandedOn } = one;
  const [algorithm, hash] = integrity?.split('-') ?? [];
  const licences =
    license?.startsWith('(') || / (OR|AND) /.test(license ?? '')
      ? { expression: license }
      : { license: { id: license } };
  return {
    type: 'library',
    'bom-ref': one.path,
    name,
    version,
    scope: isHandedOn ? 'required' : 'excluded',
    ...(hash && {
      hashes: [
        { alg: algorithm.toUpperCase().replace('SHA', 'SHA-'), content: Buffer.from(hash, 'base64').toString('hex') },
      ],
    }),
    ...(license && { licenses: [licences] }),
    purl: purlOf(one),
    properties: [{ name: 'peer-channel:part', value: isInPage ? 'page' : isHandedOn ? 'resolver' : 'tools' }],
  };
}

const bom = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  metadata: { component: { type: 'application', 'bom-ref': name, name, version } },
  components: all.map(component),
  dependencies: all.map(({ path, needs }) => ({
    ref: path,
    dependsOn: needs.flatMap((needed) => found(path, needed) ?? []).toSorted(),
  })),
};

const complaints = [
  ...all
    .filter(({ isHandedOn, license }) => isHandedOn && !HANDED_ON.has(license))
    .map(({ path, license }) => `${path} is handed on under ${license ?? 'no licence that it tells'}`),
  ...[...inPage].filter((one) => one.startsWith('debug@')).map((one) => `${one} is in the page`),
  ...[...inPage]
    .filter((one) => !all.some(({ name, version }) => one === `${name}@${version}`))
    .map((one) => `${one} is not locked`),
];
if (inPage.size > MAX_IN_PAGE) complaints.push(`${inPage.size} packages are in the page`);
if (inPage.size === 0) complaints.push('dist/licences.txt names no package: run `npm run build`');
for (const complaint of complaints) console.error(`sbom: ${complaint}`);
process.exitCode = complaints.length === 0 ? 0 : 1;
if (process.argv.includes('--check')) {
  const count = (part) => bom.components.filter(({ properties }) => properties[0].value === part).length;
  console.log(`${count('page')} packages in the page, ${count('resolver')} with the resolver, ${count('tools')} tools`);
} else console.log(JSON.stringify(bom, undefined, 1));
