/**
 * The client's operations as trusted documents: codegen.ts writes them to packages/client/manifest.json, which the gateway reads
 * (TRUSTED_DOCUMENTS). Runs only at build time.
 */
import { createHash } from 'node:crypto';
import type { CodegenPlugin } from '@graphql-codegen/plugin-helpers';
import { type DefinitionNode, type FragmentDefinitionNode, Kind, concatAST, print, visit } from 'graphql';

/** The text of an operation and its fragments, byte for byte as typed-document-node writes it in `string` mode. */
const textOf = ([operation, ...fragments]: readonly DefinitionNode[]): string =>
  operation === undefined ? '' : `\n    ${print(operation)}\n    ${fragments.map((each) => print(each)).join('\n')}`;

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** For typed-document-node: the hash in each of the client's documents. */
export const metadataOf = ({ definitions }: { definitions: readonly DefinitionNode[] }): { hash: string } => ({
  hash: hashOf(textOf(definitions)),
});

/** Prints a JSON object from each operation's hash to its text. */
export const manifestPlugin: CodegenPlugin = {
  plugin(_schema, documents) {
    const { definitions } = concatAST(documents.flatMap(({ document }) => document ?? []));
    const fragments = definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
    const entries = definitions
      .filter((each) => each.kind === Kind.OPERATION_DEFINITION)
      .map((operation) => {
        const used = spreadIn(operation, fragments);
        const text = textOf([operation, ...fragments.filter(({ name }) => used.has(name.value))]);
        return [hashOf(text), text] as const;
      });
    return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
  },
};

/** The names of the fragments that a definition spreads, and those that they spread. */
function spreadIn(
  definition: DefinitionNode,
  fragments: readonly FragmentDefinitionNode[],
  found = new Set<string>(),
): Set<string> {
  visit(definition, {
    FragmentSpread({ name: { value } }) {
      if (found.has(value)) return;
      found.add(value);
      const fragment = fragments.find(({ name }) => name.value === value);
      if (fragment !== undefined) spreadIn(fragment, fragments, found);
    },
  });
  return found;
}
