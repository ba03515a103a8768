/**
 * Enforces Federation's access directives (`@authenticated`, `@requiresScopes`) where the data is: on every field that
 * carries them, however a request reaches it, `_entities` included.
 */
import {
  type ConstDirectiveNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  defaultFieldResolver,
  isObjectType,
  valueFromASTUntyped,
} from 'graphql';
import { type Caller, hasScope } from './caller.ts';
import { denied } from './errors.ts';

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

/** Throws for a rule on a whole type, where nobody would look. (Federation itself refuses them on interfaces.) */
function refuseUnenforced({ name, astNode, extensionASTNodes }: GraphQLNamedType): void {
  const directives = [astNode, ...extensionASTNodes].flatMap((node) => node?.directives ?? []);
  const unenforced = directives.find((directive) => DIRECTIVES.has(directive.name.value));
  if (unenforced) throw new Error(`@${unenforced.name.value} on ${name} is not enforced: put it on fields`);
}

/**
 * Wraps the resolvers of the fields that carry a rule; changes the schema in place and returns it. Throws for a rule that
 * would not be enforced.
 */
export function enforceAccess(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    refuseUnenforced(type);
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const rules = (field.astNode?.directives ?? []).map(ruleOf).filter((rule) => rule !== null);
      if (rules.length === 0) continue;
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = (source, args, context: { caller: Caller }, info): unknown => {
        if (!rules.every((rule) => rule(context.caller))) throw denied(context.caller);
        return resolve(source, args, context, info);
      };
    }
  }
  return schema;
}
