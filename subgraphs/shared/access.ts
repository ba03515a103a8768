/**
 * Enforces Federation's access directives (`@authenticated`, `@requiresScopes`) on every field that has them, however a
 * request reaches it, `_entities` included.
 */
import {
  type ConstDirectiveNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  defaultFieldResolver,
  isNonNullType,
  isObjectType,
  valueFromASTUntyped,
} from 'graphql';
import { MAX_ERRORS } from '../../runtime/bounds.ts';
import { type Caller, hasScope } from '../../runtime/caller.ts';
import { denied } from '../../runtime/errors.ts';

type Rule = (caller: Caller) => boolean;

/** The rule of one directive: for scopes, an OR of ANDs, as the Federation specification defines `@requiresScopes`. */
function ruleOf(directive: ConstDirectiveNode): Rule | null {
  if (directive.name.value === 'authenticated') return (caller) => caller.role !== 'anonymous';
  if (directive.name.value === 'policy') throw new Error('@policy is not enforced here');
  if (directive.name.value !== 'requiresScopes') return null;
  const argument = directive.arguments?.find(({ name }) => name.value === 'scopes');
  const alternatives = (argument ? valueFromASTUntyped(argument.value) : []) as string[][];
  return (caller) => alternatives.some((scopes) => scopes.every((scope) => hasScope(caller, scope)));
}

const DIRECTIVES: ReadonlySet<string> = new Set(['authenticated', 'requiresScopes', 'policy']);

/** Throws for a rule on a whole type, which would not be enforced here. (Federation itself refuses rules on interfaces.) */
function refuseUnenforced({ name, astNode, extensionASTNodes }: GraphQLNamedType): void {
  const directives = [astNode, ...extensionASTNodes].flatMap((node) => node?.directives ?? []);
  const unenforced = directives.find((directive) => DIRECTIVES.has(directive.name.value));
  if (unenforced) throw new Error(`@${unenforced.name.value} on ${name} is not enforced: put it on fields`);
}

/**
 * Counts a request's refusals. An error costs as much as several fields, and a page of rows may have many. After the
 * most errors that an answer has, further values are null without an error.
 */
function createRefusals(): { isTold: (context: object) => boolean } {
  const counts = new WeakMap<object, number>();
  return {
    isTold(context) {
      const count = (counts.get(context) ?? 0) + 1;
      counts.set(context, count);
      return count <= MAX_ERRORS;
    },
  };
}

/**
 * Wraps the resolvers of the fields that have a rule; changes the schema in place and returns it. Throws for a rule
 * that would not be enforced.
 */
export function enforceAccess(schema: GraphQLSchema): GraphQLSchema {
  const refusals = createRefusals();
  for (const type of Object.values(schema.getTypeMap())) {
    refuseUnenforced(type);
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const rules = (field.astNode?.directives ?? []).map(ruleOf).filter((rule) => rule !== null);
      if (rules.length === 0) continue;
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = (source, args, context: { caller: Caller }, info): unknown => {
        if (!rules.every((rule) => rule(context.caller))) {
          if (isNonNullType(field.type) || refusals.isTold(context)) throw denied(context.caller);
          return null;
        }
        return resolve(source, args, context, info);
      };
    }
  }
  return schema;
}
