/** The access rules of a supergraph, applied to users as the gateway knows them. */
import type { User } from './auth.ts';
import type { Access, AccessRules } from './executor/access.ts';

/** What the rules deny to a request's user. */
export type AccessOf = (request: { user: User }) => Access;

/** Undefined if there are no rules. A user's role counts as a scope, as in the subgraphs of this project. */
export function accessBy(rules: AccessRules): AccessOf | undefined {
  if (rules.isEmpty) return undefined;
  return ({ user: { role, scopes } }) =>
    rules.accessOf({
      isAuthenticated: role !== 'anonymous',
      hasScope: (scope) => scope === role || scopes === 'all' || scopes?.has(scope) === true,
    });
}
