/**
 * Build of the app: Svelte, the service worker with its manifest, and every asset compressed beside itself, so that the
 * server only hands files out. Nothing is inlined: the content security policy allows files of the own origin alone.
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { minify } from 'terser';
import { defineConfig, type Plugin } from 'vite';
import { compression, defineAlgorithm } from 'vite-plugin-compression2';
import { VitePWA } from 'vite-plugin-pwa';
import type { ManifestTransform } from 'workbox-build';
import { cborgWithoutTheUnused } from './vite.cborg.ts';
import { thirdPartyLicences } from './vite.licences.ts';
import { nobleWithoutTheUnused } from './vite.noble.ts';
import { simplePeerFromSource } from './vite.simple-peer.ts';

const brotli = {
  params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY, [constants.BROTLI_PARAM_NPOSTFIX]: 1 },
};

/** Where the build goes. */
let outDir = '';

/** The service worker is written last, after the other files were compressed: it gets the same treatment here. */
function compressServiceWorker(): Plugin {
  return {
    name: 'compress-service-worker',
    apply: 'build',
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir);
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      async handler() {
        const worker = resolve(outDir, 'sw.js');
        const source = await readFile(worker);
        await writeFile(`${worker}.br`, brotliCompressSync(source, brotli));
        await writeFile(`${worker}.gz`, gzipSync(source, { level: 9 }));
      },
    },
  };
}

/**
 * The service worker takes and serves nothing but what is listed with its hash: a file that was changed on its way, or on
 * the host alone, leaves the version that is there in place. [UI10]
 */
const listHashes: ManifestTransform = async (entries) => {
  const manifest = entries.map(async ({ url, revision, size }) => {
    const hash = createHash('sha256').update(await readFile(resolve(outDir, url)));
    const integrity = `sha256-${hash.digest('base64')}`;
    // A part of the hash tells versions apart as well as the other one that stands here, and costs the page no bytes.
    return { url, size, revision: revision === null ? null : integrity.slice(7, 15), integrity };
  });
  return { manifest: await Promise.all(manifest) };
};

/** What the bundler's minifier leaves: two in a hundred bytes of the first visit. */
function minifyAgain(): Plugin {
  return {
    name: 'minify-again',
    apply: 'build',
    async generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        const { code } = await minify(chunk.code, {
          module: true,
          ecma: 2020,
          // Code that is alike compresses better than code that is short.
          compress: {
            passes: 3,
            unsafe_arrows: true,
            unsafe_methods: true,
            comparisons: false,
            sequences: false,
            if_return: false,
            join_vars: false,
          },
        });
        chunk.code = code ?? chunk.code;
      }
    },
  };
}

/** The resolver takes websockets alone, so the client's other transports need not be fetched by anybody. */
function websocketOnly(): Plugin {
  return {
    name: 'websocket-only',
    apply: 'build',
    enforce: 'pre',
    async resolveId(source, importer, options) {
      if (!importer?.includes('engine.io-client')) return null;
      // Only named to whoever imports them, but probing the browser as soon as they are there.
      if (/polling/.test(source)) {
        const polling = await this.resolve(source, importer, options);
        return polling && { ...polling, moduleSideEffects: false };
      }
      if (source !== './transports/index.js') return null;
      const websocket = await this.resolve('./transports/websocket.js', importer, options);
      return websocket === null ? null : { id: `\0websocket-only:${websocket.id}` };
    },
    load(id) {
      if (!id.startsWith('\0websocket-only:')) return null;
      return `import { WS } from ${JSON.stringify(id.slice('\0websocket-only:'.length))};
        export const transports = { websocket: WS };`;
    },
  };
}

const resolverUrl = process.env['RESOLVER_URL'] ?? 'http://localhost:8080';

const licences = thirdPartyLicences();

export default defineConfig({
  plugins: [
    svelte(),
    websocketOnly(),
    simplePeerFromSource(),
    cborgWithoutTheUnused(),
    nobleWithoutTheUnused(),
    minifyAgain(),
    licences.page,
    VitePWA({
      strategies: 'generateSW',
      registerType: 'prompt',
      injectRegister: null,
      // public/manifest.webmanifest, listed with all other files.
      manifest: false,
      workbox: {
        // Icons are the operating system's once the app is installed.
        globPatterns: ['**/*.{js,css,html,svg,webmanifest}', 'words.txt'],
        manifestTransforms: [listHashes],
        // What the server answers itself is never the app.
        navigateFallbackDenylist: [/^\/health/, /^\/socket\.io/],
        inlineWorkboxRuntime: true,
      },
    }),
    compression({
      include: /\.(js|css|html|svg|txt|webmanifest|ico)$/,
      threshold: 0,
      skipIfLargerOrEqual: true,
      algorithms: [defineAlgorithm('brotliCompress', brotli), defineAlgorithm('gzip', { level: 9 })],
    }),
    compressServiceWorker(),
  ],
  worker: { format: 'es', plugins: () => [nobleWithoutTheUnused(), minifyAgain(), licences.worker] },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: { '/socket.io': { target: resolverUrl, ws: true } },
  },
});
