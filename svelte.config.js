/** Svelte 5 in runes mode; TypeScript in components is type annotations only, so no preprocessor is needed. */
export default {
  compilerOptions: {
    runes: true,
    discloseVersion: false,
    // A component's own name is as good a scope as a hash, and packs better.
    cssHash: ({ name }) => name,
  },
};
