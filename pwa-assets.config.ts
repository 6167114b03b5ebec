/** Makes every icon in public/ from public/icon.svg: `npx pwa-assets-generator`. The results are committed. */
import { defineConfig } from '@vite-pwa/assets-generator/config';

const ground = { background: '#0c5c5a', fit: 'contain' } as const;

export default defineConfig({
  images: ['public/icon.svg'],
  preset: {
    transparent: { sizes: [192, 512], padding: 0, favicons: [[48, 'favicon.ico']], resizeOptions: ground },
    // The picture keeps within the inner 80 % that a mask may leave.
    maskable: { sizes: [192, 512], padding: 0.1, resizeOptions: ground },
    apple: { sizes: [180], padding: 0.06, resizeOptions: ground },
    assetName: (type, size) =>
      type === 'apple' ? 'apple-touch-icon.png' : `${type === 'maskable' ? 'icon-maskable' : 'icon'}-${size.width}.png`,
  },
});
