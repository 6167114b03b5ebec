/**
 * Build of the app: Svelte, the service worker with its manifest, and every asset compressed beside itself, so that the
 * server only hands files out. Nothing is inlined: the content security policy allows files of the own origin alone.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { minify } from 'terser';
import { defineConfig, type Plugin } from 'vite';
import { compression, defineAlgorithm } from 'vite-plugin-compression2';
import { VitePWA, type ManifestOptions } from 'vite-plugin-pwa';
import { cborgWithoutTheUnused } from './vite.cborg.ts';
import { nobleWithoutTheUnused } from './vite.noble.ts';
import { simplePeerFromSource } from './vite.simple-peer.ts';

const manifest: Partial<ManifestOptions> = {
  id: '/',
  name: 'Peer Channel',
  short_name: 'Peer Channel',
  description: 'Secure group chat in a browser tab, with nobody in the middle.',
  lang: 'en',
  dir: 'ltr',
  start_url: '/',
  scope: '/',
  display: 'standalone',
  theme_color: '#0b4b4b',
  background_color: '#0b4b4b',
  categories: ['social', 'communication'],
  icons: [
    { src: '/icon-192.png', sizes: '192x192', type: 'image/png', purpose: 'any' },
    { src: '/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'any' },
    { src: '/icon-maskable-192.png', sizes: '192x192', type: 'image/png', purpose: 'maskable' },
    { src: '/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
  ],
};

const brotli = {
  params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY, [constants.BROTLI_PARAM_NPOSTFIX]: 1 },
};

/** The service worker is written last, after the other files were compressed: it gets the same treatment here. */
function compressServiceWorker(): Plugin {
  let worker = '';
  return {
    name: 'compress-service-worker',
    apply: 'build',
    configResolved(config) {
      worker = resolve(config.root, config.build.outDir, 'sw.js');
    },
    closeBundle: {
      order: 'post',
      sequential: true,
      async handler() {
        const source = await readFile(worker);
        await writeFile(`${worker}.br`, brotliCompressSync(source, brotli));
        await writeFile(`${worker}.gz`, gzipSync(source, { level: 9 }));
      },
    },
  };
}

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

export default defineConfig({
  plugins: [
    svelte(),
    websocketOnly(),
    simplePeerFromSource(),
    cborgWithoutTheUnused(),
    nobleWithoutTheUnused(),
    minifyAgain(),
    VitePWA({
      strategies: 'generateSW',
      registerType: 'prompt',
      injectRegister: null,
      // Listed already by the glob below.
      includeManifestIcons: false,
      manifest,
      workbox: {
        globPatterns: ['**/*.{js,css,html,svg,png,ico,txt}'],
        // What the server answers itself is never the app.
        navigateFallbackDenylist: [/^\/health/, /^\/socket\.io/],
        inlineWorkboxRuntime: true,
      },
    }),
    compression({
      include: /\.(js|css|html|svg|txt|webmanifest|ico)$/,
      threshold: 512,
      skipIfLargerOrEqual: true,
      algorithms: [defineAlgorithm('brotliCompress', brotli), defineAlgorithm('gzip', { level: 9 })],
    }),
    compressServiceWorker(),
  ],
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: { '/socket.io': { target: resolverUrl, ws: true } },
  },
});
