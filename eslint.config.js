import graphqlPlugin from '@graphql-eslint/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** Imports that a room may not make: the walls of the design, held by the linter. */
const walls = (files, groups, ignores = []) => ({
  files,
  ignores,
  rules: { 'no-restricted-imports': ['error', { patterns: groups.map(([group, message]) => ({ group, message })) }] },
});
const SUBGRAPHS = ['customers', 'inventory', 'orders'];
const siblings = (name) => SUBGRAPHS.filter((other) => other !== name).map((other) => `**/${other}/*`);
const mongoose = ['mongoose', 'mongodb'];
const processes = ['**/gateway/**', '**/subgraphs/**', '**/client/**', '**/start/**', '**/tests/**', '**/schema/*.ts'];

export default tseslint.config(
  { ignores: ['node_modules', 'coverage', '.data', 'bench/peers', '**/*.generated.ts', '**/*.js'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, prettier],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
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
        { object: 'process', property: 'env', message: 'runtime/env.ts alone reads the environment.' },
      ],
    },
  },
  {
    files: ['runtime/env.ts', '**/*.test.ts', 'tests/**', 'bench/**', 'devdb/conformance/**'],
    rules: { 'no-restricted-properties': 'off' },
  },
  walls(
    ['runtime/**/*.ts'],
    [[[...processes, '**/devdb/**'], 'runtime knows no domain and no host.']],
    ['**/*.test.ts'],
  ),
  walls(['devdb/**/*.ts'], [[[...processes, '**/runtime/**'], 'devdb stands alone.']]),
  ...SUBGRAPHS.flatMap((name) => {
    const apart = [
      [...siblings(name), '**/gateway/**', '**/client/**', '**/start/**', '**/devdb/**'],
      'Subgraphs meet as SDL and over HTTP.',
    ];
    const noDatabase = [
      [...mongoose, '**/runtime/mongo.ts', './model.ts'],
      'Only services and the model touch the database.',
    ];
    const noGraphql = [['graphql', '@apollo/*'], 'There is no GraphQL in a service.'];
    const own = (files) => files.map((file) => `subgraphs/${name}/${file}`);
    const roles = own(['resolvers.ts', 'loaders.ts', 'context.ts']);
    const pure = own(['order.ts']);
    return [
      walls(
        own(['**/*.ts']),
        [apart, noGraphql, [mongoose, 'model.ts and runtime/mongo.ts alone import mongoose.']],
        [
          ...roles,
          ...pure,
          ...own(['*.test.ts', '*.generated.ts', 'index.ts', 'model.ts', 'service.ts', 'participants.ts']),
        ],
      ),
      walls(own(['service.ts', 'model.ts']), [apart, noGraphql]),
      walls(own(['index.ts', 'participants.ts']), [apart]),
      walls(roles, [apart, noDatabase]),
      walls(pure, [apart, noDatabase, noGraphql, [['node:*', '**/runtime/*'], 'order.ts does no IO.']]),
    ];
  }),
  walls(
    ['gateway/**/*.ts', 'client/**/*.ts'],
    [[['**/subgraphs/**', '**/devdb/**', '**/start/**', 'mongoose'], 'The gateway and the client know the API alone.']],
    ['**/*.test.ts'],
  ),
  {
    files: ['**/*.test.ts', 'tests/**'],
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
