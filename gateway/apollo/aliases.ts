/**
 * Aliases under @apollo/gateway's own executor (`GATEWAY_EXECUTOR=apollo`), which mixes them up with the fields that its plans
 * need: `{ customers { nodes { id: name orders { totalCount } } } }` gives the id for the name. Our executor keeps them apart.
 */
import { type ASTVisitor, GraphQLError, type ValidationRule, parse } from 'graphql';
import { createAskedNames } from '../executor/names.ts';

/** Refuses an alias that is the name of a key or of a required field somewhere in the supergraph, unless it is the field's own. */
export function noHidingAliases(supergraphSdl: string): ValidationRule {
  const names = createAskedNames(parse(supergraphSdl, { noLocation: true }));
  return (context): ASTVisitor => ({
    Field({ alias, name }) {
      if (alias === undefined || alias.value === name.value || !names.clashes(alias.value)) return;
      const message = `The alias "${alias.value}" is a name that query plans need for themselves: choose another.`;
      context.reportError(new GraphQLError(message, { nodes: alias }));
    },
  });
}
