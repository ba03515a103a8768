/**
 * Access rules in a supergraph: `@authenticated` and `@requiresScopes` of Federation 2.5 and later. Our own supergraph
 * is composed without them, because its subgraphs enforce them; other supergraphs may rely on the gateway. As in
 * Apollo's router, fields that a caller may not see are removed from the operation before it is planned, so that no
 * subgraph is asked for them. In the response they are null, with an error.
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

/** A caller, by the claims of its token. */
interface AccessCaller {
  isAuthenticated: boolean;
  hasScope: (scope: string) => boolean;
}

/** Which fields and types one caller is denied. */
export interface Access {
  /**
   * The same for all callers that are denied the same fields for the same reasons; empty for those who are denied
   * nothing. Contains no space.
   */
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
  /** An OR of ANDs, as in the directive's specification; undefined: any caller with a token. */
  scopes: readonly (readonly string[])[] | undefined;
}

const FEATURE = /^https:\/\/specs\.apollo\.dev\/(authenticated|requiresScopes|policy)\/v0\.1$/;
type Feature = 'authenticated' | 'requiresScopes' | 'policy';

/**
 * Removes the rules from a supergraph, because Apollo's gateway and planner refuse one that has them. Throws for
 * `@policy`, which this gateway can't evaluate.
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

/** The names that the supergraph uses for the features' directives and for the scalar of an argument. */
function namesOf(document: DocumentNode): { directives: ReadonlyMap<string, Feature>; scalars: ReadonlySet<string> } {
  const directives = new Map<string, Feature>();
  const scalars = new Set<string>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const link of definition.directives ?? []) {
      const feature = featureOf(link);
      if (feature === undefined) continue;
      // https://specs.apollo.dev/link/v1.0: names that are not imported are prefixed with the feature's name, which
      // `as` changes.
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

/** The feature that a `@link` imports; undefined for other features and other directives. */
function featureOf(link: ConstDirectiveNode): Feature | undefined {
  if (link.name.value !== 'link') return undefined;
  // The pattern matches nothing else.
  return FEATURE.exec(String(argument(link, 'url')))?.[1] as Feature | undefined;
}

function scopesOf(directive: ConstDirectiveNode, names: ReadonlyMap<string, Feature>): string[][] | undefined {
  if (names.get(directive.name.value) !== 'requiresScopes') return undefined;
  // Composition has checked the types.
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

/** What a caller is denied in one operation. */
export interface Denials {
  /** The document without the denied fields. A selection that would be empty selects `__typename`. */
  document: DocumentNode;
  /** Whether a field of the given document remains in `document`. */
  isAsked: (field: FieldNode) => boolean;
  /** Why the value of a field is denied on objects of a type. The document may not name that type. */
  ofUses: (type: GraphQLCompositeType, field: GraphQLFieldOf, uses: readonly FieldNode[]) => Denial | undefined;
  /** Why objects of a type are denied. */
  ofType: (type: string) => Denial | undefined;
}

type GraphQLFieldOf = Pick<GraphQLField<unknown, unknown>, 'name' | 'type'>;

/** For a caller who is denied nothing, and for a supergraph without rules. */
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
  /** If only an abstract type of an object is known, it could be any of that type's object types. */
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
