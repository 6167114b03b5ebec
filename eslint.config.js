/**
 * Lint: TypeScript's strict, type-checked rules for all code, Svelte's for components, and for the core the ban on
 * everything that belongs to one host: the core gets time, chance and the world through its ports only.
 */
import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** Names that the core must not know although every host has them. */
const HOST_GLOBALS = [
  ...Object.keys(globals.browser),
  ...Object.keys(globals.node),
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'console',
  'crypto',
  'performance',
  'structuredClone',
  'globalThis',
];
/** The language's own, which the lists above contain as well. */
const LANGUAGE_GLOBALS = new Set(Object.keys(globals.es2023 ?? globals.es2021));

const NO_ENUMS = { selector: 'TSEnumDeclaration', message: 'A union of literals says the same without any code.' };

export default ts.config(
  { ignores: ['dist/', 'coverage/', 'test-results/', 'playwright-report/', '.cache/', 'public/'] },
  js.configs.recommended,
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: { globals: globals.node },
  },
  {
    files: ['**/*.{ts,mts,svelte}'],
    extends: [...ts.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, extraFileExtensions: ['.svelte'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      // The compiler knows every name, with its types; this rule knows fewer.
      'no-undef': 'off',
      eqeqeq: 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // A default branch answers for whatever is not named.
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Interfaces are made of closures here; nothing has a `this` to lose.
      '@typescript-eslint/unbound-method': 'off',
      // Spreading a string counts its code points, which is what a limit in characters means.
      '@typescript-eslint/no-misused-spread': 'off',
      // State in closures changes in callbacks, which the flow analysis behind this rule does not see.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // Control characters are looked for on purpose: what comes from outside must not hold any.
      'no-control-regex': 'off',
      // An index that was just checked is asserted with `!`; noUncheckedIndexedAccess would else breed dead branches.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Numbers are what templates are for.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // `() => emitter.emit()` returns what it returns: nothing.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // Ports and storages are async by contract, also where one implementation has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      // A generic parameter that stands once still pairs a name with its type for the caller.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // A seventh of the time each, for what is not here: enums, and classes told apart by more than their shape.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      'no-restricted-syntax': ['error', NO_ENUMS],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['**/*.test.ts', '**/*.spec.ts', 'e2e/**/*.ts'],
    rules: {
      // Tests feed what no type allows, and read answers whose shape is the thing under test.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      // An empty class stands in for a host's constructor.
      '@typescript-eslint/no-extraneous-class': 'off',
    },
  },
  {
    files: ['src/core/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...[...new Set(HOST_GLOBALS)]
          .filter((name) => !LANGUAGE_GLOBALS.has(name) || name === 'globalThis')
          .map((name) => ({ name, message: 'The core has no host: take it from a port.' })),
      ],
      'no-restricted-syntax': [
        'error',
        NO_ENUMS,
        { selector: 'MemberExpression[object.name="Date"]', message: 'Time comes from the Clock port.' },
        { selector: 'NewExpression[callee.name="Date"]', message: 'Time comes from the Clock port.' },
        {
          selector: 'MemberExpression[object.name="Math"][property.name="random"]',
          message: 'Chance comes from the Random port.',
        },
      ],
    },
  },
  ...svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { parser: ts.parser, projectService: true, extraFileExtensions: ['.svelte'], svelteConfig },
    },
    rules: {
      // Knows that `$props()` is taken apart with `let`.
      'prefer-const': 'off',
      'svelte/prefer-const': 'error',
      // A Date or a Map that is not shown needs no reactivity.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
);
