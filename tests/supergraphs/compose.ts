/** The supergraphs of the tests: those composed from the SDL files beside this one, and the project's own. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { composeServices } from '@apollo/composition';
import { Supergraph } from '@apollo/federation-internals';
import { parse } from 'graphql';

export interface SubgraphSdl {
  name: string;
  sdl: string;
}

const root = fileURLToPath(new URL('.', import.meta.url));

/**
 * The names of the supergraphs for which Apollo's gateway gives right answers. The others are in the folder `planner`
 * and are named `planner/…`.
 */
export const supergraphNames = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'planner')
  .map((entry) => entry.name);

export function subgraphsOf(supergraph: string): SubgraphSdl[] {
  const folder = join(root, supergraph);
  return readdirSync(folder).map((file) => ({
    name: file.replace('.graphql', ''),
    sdl: readFileSync(join(folder, file), 'utf8'),
  }));
}

/** The subgraphs of the project's own supergraph, extracted from it. */
export function subgraphsOfProject(): SubgraphSdl[] {
  const supergraph = Supergraph.build(readFileSync(join(root, '../../schema/supergraph.graphql'), 'utf8'));
  return [...supergraph.subgraphs()].map((subgraph) => ({ name: subgraph.name, sdl: subgraph.toString() }));
}

/** Composes subgraphs that answer at `urlOf` into supergraph SDL; throws all composition errors. */
export function compose(subgraphs: readonly SubgraphSdl[], urlOf: (name: string) => string): string {
  const services = subgraphs.map(({ name, sdl }) => ({ name, url: urlOf(name), typeDefs: parse(sdl) }));
  const { supergraphSdl, errors } = composeServices(services);
  if (supergraphSdl === undefined) throw new Error(errors.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}
