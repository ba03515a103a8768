import graphqlPlugin from '@graphql-eslint/eslint-plugin';
import prettier from 'eslint-config-prettier';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import jest from 'eslint-plugin-jest';
import tseslint from 'typescript-eslint';

/**
 * Imports that some files may not make: the dependency rules of docs/architecture.md.
 * @param {string[]} files the files that the rules hold for
 * @param {[string[], string][]} rules patterns of imports, each with the reason against them
 * @param {string[]} ignores files that are exempt
 */
const dependencyRules = (files, rules, ignores = []) => ({
  files,
  ignores,
  rules: { 'no-restricted-imports': ['error', { patterns: rules.map(([group, message]) => ({ group, message })) }] },
});

const SUBGRAPHS = ['customers', 'inventory', 'orders'];
const mongoose = ['mongoose', 'mongodb'];
const graphql = ['graphql', '@apollo/*'];
const packages = ['**/packages/**', '@order-supergraph/*'];
const processes = ['**/gateway/**', '**/subgraphs/**', '**/start/**', '**/tests/**', '**/schema/*.ts'];
const tests = ['**/*.test.ts', '**/tests/**'];
/** What never runs in production may use devDependencies. GraphiQL is bundled in development, by a dynamic import. */
const development = [
  ...tests,
  'bench/**',
  'start/**',
  'codegen.ts',
  'gateway/graphiql.ts',
  'packages/*/conformance/**',
  'packages/client/manifest.ts',
];

const subgraphRules = SUBGRAPHS.flatMap((name) => {
  const own = (...files) => files.map((file) => `subgraphs/${name}/${file}`);
  const apart = [
    [
      ...SUBGRAPHS.filter((other) => other !== name).map((other) => `**/${other}/*`),
      '**/gateway/**',
      '**/start/**',
      ...packages,
    ],
    'Subgraphs meet as SDL and over HTTP.',
  ];
  const noDatabase = [
    [...mongoose, '**/shared/mongo.ts', '**/shared/transaction.ts', './model.ts'],
    'Only services and the model touch the database.',
  ];
  const noGraphql = [graphql, 'There is no GraphQL in a service.'];
  const roles = own('resolvers.ts', 'loaders.ts', 'context.ts');
  const pure = own('order.ts', 'reservation.ts');
  return [
    dependencyRules(
      own('**/*.ts'),
      [apart, noGraphql, [mongoose, 'Only model.ts and subgraphs/shared/mongo.ts import mongoose.']],
      [
        ...roles,
        ...pure,
        ...own('*.test.ts', '*.generated.ts', 'main.ts', 'model.ts', 'service.ts', 'participants.ts'),
      ],
    ),
    dependencyRules(own('service.ts', 'model.ts'), [apart, noGraphql]),
    dependencyRules(own('main.ts', 'participants.ts'), [apart]),
    dependencyRules(roles, [apart, noDatabase]),
    dependencyRules(pure, [
      apart,
      noDatabase,
      noGraphql,
      [['node:*', '**/runtime/*', '**/shared/*'], 'A pure file does no IO.'],
    ]),
  ];
});

export default tseslint.config(
  { ignores: ['node_modules', 'coverage', '.data', 'bench/peers', '**/dist', '**/*.generated.ts', '**/*.js'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, prettier],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.js'] })],
    },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/order': [
        'error',
        {
          groups: ['builtin', 'external', ['internal', 'parent', 'sibling', 'index']],
          'newlines-between': 'never',
          alphabetize: { order: 'asc', caseInsensitive: true },
        },
      ],
      'import-x/no-extraneous-dependencies': ['error', { devDependencies: development }],
      '@typescript-eslint/array-type': ['error', { default: 'array', readonly: 'array' }],
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // Fastify's and Apollo's hooks are async by contract, whether or not they wait for anything.
      '@typescript-eslint/require-await': 'off',
      // Mongoose and the driver type plain options as classes.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only the env.ts files read the environment.' },
      ],
      // An argument that a function only reads is `readonly T[]`. Properties of types carry no mark.
      'no-restricted-syntax': [
        'error',
        { selector: 'TSPropertySignature[readonly=true]', message: 'Mark arrays and private fields, not properties.' },
      ],
    },
  },
  { files: ['**/*.ts'], ignores: tests, rules: { 'max-lines': ['error', 300] } },
  {
    // A constant of a module is in upper case. A script's variables stand there too.
    files: ['**/*.ts'],
    ignores: development,
    rules: {
      '@typescript-eslint/naming-convention': [
        'error',
        {
          selector: 'variable',
          modifiers: ['const', 'global'],
          types: ['boolean', 'string', 'number', 'array'],
          format: ['UPPER_CASE'],
        },
      ],
    },
  },
  {
    files: ['**/env.ts', ...tests, 'bench/**', 'packages/devdb/conformance/**'],
    rules: { 'no-restricted-properties': 'off' },
  },
  dependencyRules(
    ['runtime/**/*.ts'],
    [[[...processes, ...packages], 'The runtime knows no domain and no process.']],
    tests,
  ),
  dependencyRules(
    ['packages/**/*.ts'],
    [[[...processes, '**/runtime/**'], 'A package imports nothing of the project.']],
    tests,
  ),
  dependencyRules(
    ['subgraphs/shared/**/*.ts'],
    [
      [
        [...SUBGRAPHS.map((name) => `**/${name}/*`), '**/gateway/**', '**/start/**', ...packages],
        'What subgraphs share knows none of them.',
      ],
    ],
    tests,
  ),
  ...subgraphRules,
  dependencyRules(
    ['gateway/**/*.ts'],
    [[['**/subgraphs/**', '**/start/**', ...packages, ...mongoose], 'The gateway knows the supergraph alone.']],
    tests,
  ),
  {
    files: ['**/*.test.ts'],
    plugins: { jest },
    rules: {
      'jest/consistent-test-it': ['error', { fn: 'it' }],
      'jest/no-disabled-tests': 'error',
      'jest/no-focused-tests': 'error',
      'jest/no-identical-title': 'error',
    },
  },
  {
    files: tests,
    rules: { '@typescript-eslint/no-unsafe-assignment': 'off', '@typescript-eslint/no-unsafe-member-access': 'off' },
  },
  {
    files: ['schema/shared.graphql', 'subgraphs/**/schema.graphql'],
    languageOptions: { parser: graphqlPlugin.parser },
    plugins: { '@graphql-eslint': graphqlPlugin },
    rules: {
      '@graphql-eslint/require-description': [
        'error',
        { types: true, FieldDefinition: true, InputValueDefinition: true, EnumValueDefinition: true },
      ],
      '@graphql-eslint/no-typename-prefix': 'error',
    },
  },
);
