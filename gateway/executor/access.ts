/**
 * Access rules that a supergraph carries: `@authenticated` and `@requiresScopes` of Federation 2.5 and later. Our own supergraph
 * is composed without them, because its subgraphs enforce them; a supergraph of others may count on the gateway. As in Apollo's
 * router, what a caller may not see is taken out of the operation before it is planned, so that no subgraph is asked for it,
 * and is null in the response, with an error.
 */
import {
  getNamedType,
  isAbstractType,
  Kind,
  parse,
  print,
  TypeInfo,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
  type ConstDirectiveNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Denial } from '../../runtime/errors.ts';

/** What the gateway knows of a caller, from the claims of its token. */
interface AccessCaller {
  isAuthenticated: boolean;
  hasScope: (scope: string) => boolean;
}

/** Which fields and types one caller is denied. */
export interface Access {
  /** Equal for callers that are denied the same, for the same reason; empty for those who are denied nothing. Without a space. */
  key: string;
  /** For a field of an object or interface type. */
  ofField: (type: string, field: string, returns: GraphQLOutputType) => Denial | undefined;
  ofType: (type: string) => Denial | undefined;
}

/** The rules of a supergraph, for any caller. */
export interface AccessRules {
  isEmpty: boolean;
  accessOf: (caller: AccessCaller) => Access;
}

/** One application of a directive. */
interface Rule {
  id: number;
  /** An OR of ANDs, as the directive's specification has it; undefined: any caller with a token. */
  scopes: readonly (readonly string[])[] | undefined;
}

const FEATURE = /^https:\/\/specs\.apollo\.dev\/(authenticated|requiresScopes|policy)\/v0\.1$/;
type Feature = 'authenticated' | 'requiresScopes' | 'policy';

/**
 * Takes the rules out of a supergraph, for Apollo's gateway and planner refuse one that carries them.
 * Throws for `@policy`, which nothing here can decide.
 */
export function separateAccessRules(supergraphSdl: string): { supergraphSdl: string; rules: AccessRules } {
  const document = parse(supergraphSdl);
  const { directives: names, scalars } = namesOf(document);
  if (names.size === 0) return { supergraphSdl, rules: createRules(new Map()) };
  if ([...names.values()].includes('policy')) throw new Error('@policy is not enforced by this gateway.');

  const rules = new Map<string, Rule[]>();
  const distinct = new Map<string, Rule>();
  const add = (place: string, directive: ConstDirectiveNode): void => {
    const text = print(directive);
    const rule = distinct.get(text) ?? { id: distinct.size, scopes: scopesOf(directive, names) };
    distinct.set(text, rule);
    rules.set(place, [...(rules.get(place) ?? []), rule]);
  };
  const note = (place: string, directives: readonly ConstDirectiveNode[] = []): void => {
    for (const directive of directives) if (names.has(directive.name.value)) add(place, directive);
  };
  let type = '';
  const enterType = (node: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode | EnumTypeDefinitionNode): void => {
    type = node.name.value;
    note(type, node.directives);
  };
  const bare: DocumentNode = visit(document, {
    ObjectTypeDefinition: { enter: enterType },
    InterfaceTypeDefinition: { enter: enterType },
    EnumTypeDefinition: { enter: enterType },
    ScalarTypeDefinition: {
      enter(node) {
        if (scalars.has(node.name.value)) return null;
        note(node.name.value, node.directives);
        return undefined;
      },
    },
    FieldDefinition: {
      enter(node) {
        note(`${type}.${node.name.value}`, node.directives);
      },
    },
    DirectiveDefinition: ({ name }) => (names.has(name.value) ? null : undefined),
    // In SDL, directives have no variables.
    Directive: (node) =>
      names.has(node.name.value) || featureOf(node as ConstDirectiveNode) !== undefined ? null : undefined,
  });
  return { supergraphSdl: print(bare), rules: createRules(rules) };
}

/** The names under which the supergraph knows what the features bring: their directives, and the scalar that an argument has. */
function namesOf(document: DocumentNode): { directives: ReadonlyMap<string, Feature>; scalars: ReadonlySet<string> } {
  const directives = new Map<string, Feature>();
  const scalars = new Set<string>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const link of definition.directives ?? []) {
      const feature = featureOf(link);
      if (feature === undefined) continue;
      // https://specs.apollo.dev/link/v1.0: what isn't imported has the feature's name in front, which `as` changes.
      const prefix = (argument(link, 'as') as string | undefined) ?? feature;
      const imports = (argument(link, 'import') ?? []) as (string | { name: string; as?: string })[];
      const imported = (name: string): string | undefined => {
        const found = imports.find((each) => (typeof each === 'string' ? each : each.name) === name);
        return typeof found === 'object' ? (found.as ?? found.name) : found;
      };
      directives.set(imported(`@${feature}`)?.slice(1) ?? prefix, feature);
      scalars.add(imported('Scope') ?? `${prefix}__Scope`);
    }
  }
  return { directives, scalars };
}

/** The feature that a `@link` brings in; undefined where it brings in another one, or is no `@link`. */
function featureOf(link: ConstDirectiveNode): Feature | undefined {
  if (link.name.value !== 'link') return undefined;
  // The pattern allows no other.
  return FEATURE.exec(String(argument(link, 'url')))?.[1] as Feature | undefined;
}

function scopesOf(directive: ConstDirectiveNode, names: ReadonlyMap<string, Feature>): string[][] | undefined {
  if (names.get(directive.name.value) !== 'requiresScopes') return undefined;
  // What composition has checked.
  return argument(directive, 'scopes') as string[][];
}

function argument(directive: ConstDirectiveNode, name: string): unknown {
  const given = directive.arguments?.find((each) => each.name.value === name);
  return given && valueFromASTUntyped(given.value);
}

function createRules(rules: ReadonlyMap<string, readonly Rule[]>): AccessRules {
  const distinct = [...new Map([...rules.values()].flat().map((rule) => [rule.id, rule])).values()];
  return {
    isEmpty: rules.size === 0,
    accessOf: ({ isAuthenticated, hasScope }) => {
      const met = ({ scopes }: Rule): boolean =>
        isAuthenticated && (scopes === undefined || scopes.some((all) => all.every((scope) => hasScope(scope))));
      const denied = new Set(distinct.filter((rule) => !met(rule)).map(({ id }) => id));
      const denial: Denial = isAuthenticated ? 'FORBIDDEN' : 'UNAUTHENTICATED';
      const isDenied = (place: string): boolean => rules.get(place)?.some(({ id }) => denied.has(id)) ?? false;
      const ofType: Access['ofType'] = (type) => (isDenied(type) ? denial : undefined);
      return {
        key: denied.size === 0 ? '' : `${denial}:${[...denied].join(',')}`,
        ofType,
        ofField: (type, field, returns) =>
          isDenied(`${type}.${field}`) ? denial : (ofType(type) ?? ofType(getNamedType(returns).name)),
      };
    },
  };
}

/** What one caller is denied of one operation. */
export interface Denials {
  /** The document without what is denied. What has nothing left to select, selects `__typename`. */
  document: DocumentNode;
  /** Whether a field of the given document is still in the one that is left. */
  isAsked: (field: FieldNode) => boolean;
  /** For the uses of a field on objects of a type, which may be one that the document doesn't name: why there is no value. */
  ofUses: (type: GraphQLCompositeType, field: GraphQLFieldOf, uses: readonly FieldNode[]) => Denial | undefined;
  /** For objects that turn out to be of a type. */
  ofType: (type: string) => Denial | undefined;
}

type GraphQLFieldOf = Pick<GraphQLField<unknown, unknown>, 'name' | 'type'>;

/** For a caller who may do everything, and where there are no rules. */
export const nothingDenied = (document: DocumentNode): Denials => ({
  document,
  isAsked: () => true,
  ofUses: () => undefined,
  ofType: () => undefined,
});

/** @param document valid against the schema */
export function denialsOf(schema: GraphQLSchema, document: DocumentNode, access: Access): Denials {
  if (access.key === '') return nothingDenied(document);
  const denied = new Map<FieldNode, Denial>();
  const info = new TypeInfo(schema);
  const allowed: DocumentNode = visit(
    document,
    visitWithTypeInfo(info, {
      Field: (node) => {
        const parent = info.getParentType();
        const field = info.getFieldDef();
        if (parent == null || field == null || node.name.value.startsWith('__')) return undefined;
        const denial = access.ofField(parent.name, field.name, field.type);
        if (denial === undefined) return undefined;
        denied.set(node, denial);
        return null;
      },
      SelectionSet: {
        leave: (node): SelectionSetNode | undefined =>
          node.selections.length > 0
            ? undefined
            : { ...node, selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }] },
      },
    }),
  );
  /** Of an object of which only an abstract type is known, any of its types could be the one. */
  const typesOf = (type: GraphQLCompositeType): readonly GraphQLCompositeType[] =>
    isAbstractType(type) ? [type, ...schema.getPossibleTypes(type)] : [type];
  return {
    document: allowed,
    isAsked: (field) => !denied.has(field),
    ofType: access.ofType,
    ofUses: (type, field, uses) => {
      for (const { name } of typesOf(type)) {
        const denial = access.ofField(name, field.name, field.type);
        if (denial !== undefined) return denial;
      }
      const [first, ...others] = uses.map((use) => denied.get(use));
      return others.every((other) => other !== undefined) ? first : undefined;
    },
  };
}
