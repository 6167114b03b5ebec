import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

describe('the address of a script', () => {
  beforeEach(() => {
    vi.resetModules();
    vi.stubGlobal('location', new URL('https://chat.example/#amber-otter'));
  });
  afterEach(() => vi.unstubAllGlobals());

  for (const knowsTrustedTypes of [false, true]) {
    describe(knowsTrustedTypes ? 'where the browser knows trusted types' : 'elsewhere', () => {
      beforeEach(() => {
        if (!knowsTrustedTypes) return;
        vi.stubGlobal('trustedTypes', {
          createPolicy: (name: string, given: { createScriptURL(url: string): string }) => ({
            createScriptURL: (url: string) => ({ name, text: given.createScriptURL(url) }),
          }),
        });
      });

      it.each(['/sw.js', '/assets/password-worker-1.js', 'https://chat.example/sw.js'])(
        '[RS21] is taken from the own origin: %s',
        async (url) => {
          const { scriptUrl } = await import('./script-url.ts');
          expect(scriptUrl(url)).toEqual(knowsTrustedTypes ? { name: 'peer-channel', text: url } : url);
        },
      );

      it.each([
        'https://other.example/sw.js',
        '//other.example/sw.js',
        'data:text/javascript,1',
        'javascript:1',
        'blob:x',
      ])('[RS21] is refused from anywhere else: %s', async (url) => {
        const { scriptUrl } = await import('./script-url.ts');
        expect(() => scriptUrl(url)).toThrow(TypeError);
      });
    });
  }
});
