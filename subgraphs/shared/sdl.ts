/** Reads the SDL of a subgraph: the shared types, then its own. */
import { readFileSync } from 'node:fs';
import { type DocumentNode, parse } from 'graphql';
import type { SubgraphName } from '../../schema/subgraphs.ts';

const root = new URL('../..', import.meta.url);
const read = (path: string): DocumentNode => parse(readFileSync(new URL(path, root), 'utf8'));

export const readSdl = (name: SubgraphName): DocumentNode[] => [
  read('schema/shared.graphql'),
  read(`subgraphs/${name}/schema.graphql`),
];
