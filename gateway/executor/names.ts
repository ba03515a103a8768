/**
 * Names in the subgraphs' answers. A plan selects more than the client did: the keys of entities, and fields that other fields
 * require (`@requires`). Those are fetched under their own names, which the client may use as aliases for other fields:
 * `{ customer { id: name orders { totalCount } } }`. So a client's field with such an alias is planned and fetched under another
 * name, and gets its alias back when the response is written. All names are decided when an operation is compiled.
 */
import { Kind, parse, visit, type ConstDirectiveNode, type DocumentNode, type FieldNode } from 'graphql';

/** `_asked_id_` is what the client calls `id`. The last underscore keeps it apart from the planner's own `id__alias_0`. */
const ASKED = /^_asked_(.*)_$/;
/** `_required0_price` is the field `price` with the arguments that another field requires: see required-arguments.ts. */
const REQUIRED = /^_required\d+_/;
const RESERVED = /^_asked_|^_required\d+_/;
/** Names that the planner makes up if two types of one list differ in a field. */
const PLANNER_ALIAS = /__alias_\d+$/;

/** The client's name for what a subgraph answers under `name`. */
export function clientName(name: string): string {
  return name.replace(ASKED, '$1').replace(REQUIRED, '');
}

/** Whether `name` is that of a required field, which is not in the response. */
export function isRequiredName(name: string): boolean {
  return REQUIRED.test(name);
}

/** Names for required fields with arguments: the same name for the same field with the same arguments. */
export function createRequiredNames(): (field: string, args: string) => string {
  const numbers = new Map<string, number>();
  return (field, args) => {
    const key = `${field}(${args})`;
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return `_required${String(number)}_${field}`;
  };
}

export interface AskedNames {
  /** Whether plans may need this name for a key or a required field. */
  clashes: (alias: string) => boolean;
  /** The name under which a document that `rename` has changed selects a client's field. */
  nameOf: (field: FieldNode) => string;
  /** The document to plan, with aliases renamed. */
  rename: (document: DocumentNode) => DocumentNode;
}

/** Throws if a field of the supergraph has one of the reserved names. */
export function createAskedNames(supergraph: DocumentNode): AskedNames {
  refuseReservedNames(supergraph);
  const needed = namesInFieldSets(supergraph);
  const clashes = (alias: string): boolean =>
    needed.has(alias) || alias === '__typename' || RESERVED.test(alias) || PLANNER_ALIAS.test(alias);
  const nameOf = ({ name, alias }: FieldNode): string => {
    if (alias === undefined || alias.value === name.value) return name.value;
    return clashes(alias.value) ? `_asked_${alias.value}_` : alias.value;
  };
  return {
    clashes,
    nameOf,
    rename: (document) =>
      visit(document, {
        Field: (field) => {
          const value = nameOf(field);
          const asked = field.alias?.value ?? field.name.value;
          return value === asked ? undefined : { ...field, alias: { kind: Kind.NAME, value } };
        },
      }),
  };
}

function refuseReservedNames(supergraph: DocumentNode): void {
  visit(supergraph, {
    FieldDefinition: ({ name }) => {
      if (RESERVED.test(name.value))
        throw new Error(`The supergraph has a field "${name.value}"; this gateway reserves such names for itself.`);
    },
  });
}

/** The names of all fields that are part of a key, or required, at any depth. */
function namesInFieldSets(supergraph: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(supergraph, {
    Directive: (directive) => {
      // Directives of type definitions are constant.
      for (const fields of fieldSets(directive as ConstDirectiveNode))
        visit(parse(`{${fields}}`, { noLocation: true }), { Field: ({ name }) => void names.add(name.value) });
    },
  });
  return names;
}

function fieldSets({ name, arguments: args = [] }: ConstDirectiveNode): string[] {
  if (name.value !== 'join__type' && name.value !== 'join__field') return [];
  return args.flatMap(({ name: { value: argument }, value }) =>
    (argument === 'key' || argument === 'requires') && value.kind === Kind.STRING ? [value.value] : [],
  );
}
