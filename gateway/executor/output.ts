/**
 * Shapes what the subgraphs answered into the response, straight to JSON text: the fields that the client selected, in its
 * order and under its names; values checked against the API schema; nulls moved up by the GraphQL specification.
 *
 * A `Writer` is compiled once for each place of an operation. It gets a value that is not null and gives its JSON text, or
 * undefined if the value turns out to be null: then the problem is recorded already, and whoever called decides whether null
 * may stand there. Paths are put together on the way out, so that they cost nothing where there is no problem.
 */
import {
  isCompositeType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLError,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import type { Denial } from '../../runtime/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../../runtime/json.ts';
import type { Denials } from './access.ts';
import { leafWriter } from './leaf.ts';
import type { Selector } from './selection.ts';

/** A value that the API schema doesn't allow at its place. */
export interface Problem {
  readonly what: string;
  /** Filled in by the field or list that holds the value. */
  where?: string;
  /** From the inside out. */
  readonly path: (string | number)[];
  /** The value is missing because a subgraph doesn't have the entity: see `settle`. */
  absent?: boolean;
  /** The value is missing because the caller may not see it. */
  denial?: Denial;
}

/** The state of shaping one response. */
export interface Shaping {
  readonly problems: Problem[];
  /** Keep the problems of values that are gone because of another one, as Apollo's executor does. */
  readonly keepAll: boolean;
  /** The entities that a subgraph was asked for and doesn't have. */
  readonly absent: ReadonlySet<JsonObject>;
  /** The field errors of introspection. */
  readonly errors: GraphQLError[];
  readonly variables: JsonObject;
}

export type Writer = (value: JsonValue, shaping: Shaping) => string | undefined;
/** Answers a `__schema` or `__type` selection with JSON text. */
export type Introspect = (nodes: readonly FieldNode[], shaping: Shaping) => string;

interface Field {
  readonly key: string;
  /** Where the value stands in the subgraphs' answers. */
  readonly dataKey: string;
  /** The brace or comma before the field, and its key. */
  readonly head: string;
  /** The data key is one that every object inherits. */
  readonly inherited: boolean;
  readonly nonNull: boolean;
  readonly where: string;
  /** What is known without the subgraphs' data; undefined from it: there is no such thing. */
  readonly fixed: ((shaping: Shaping) => string | undefined) | undefined;
  readonly write: Writer;
}

const NULL = 'Cannot return null for non-nullable ';
const nothing: Writer = () => undefined;

/** Compiles the writer of a whole response; undefined from it means `data: null`. */
export function compileOutput(
  schema: GraphQLSchema,
  selector: Selector,
  introspect: Introspect,
  dataKeyOf: (field: FieldNode) => string,
  rootType: GraphQLCompositeType,
  selectionSet: SelectionSetNode,
  denials: Denials,
): Writer {
  return fieldsWriter(rootType, [selectionSet]);

  function typeWriter(type: GraphQLOutputType, nodes: readonly SelectionSetNode[]): Writer {
    if (isNonNullType(type)) return typeWriter(type.ofType, nodes);
    if (isListType(type)) return listWriter(type.ofType, typeWriter(type.ofType, nodes));
    return isLeafType(type) ? leafWriter(type) : objectWriter(type, nodes);
  }

  function objectWriter(type: GraphQLCompositeType, nodes: readonly SelectionSetNode[]): Writer {
    const declared = fieldsWriter(type, nodes);
    const others = new Map<string, Writer | undefined>();
    const writerFor = (name: JsonValue): Writer | undefined => {
      if (typeof name !== 'string') return undefined;
      if (!others.has(name)) {
        const actual = schema.getType(name);
        const allowed =
          isCompositeType(actual) && !isObjectType(type) && 'getFields' in actual && schema.isSubType(type, actual);
        const denial = allowed ? denials.ofType(name) : undefined;
        if (denial !== undefined) others.set(name, deniedWriter(denial));
        else others.set(name, allowed ? fieldsWriter(actual, nodes) : undefined);
      }
      return others.get(name);
    };
    return (value, shaping) => {
      if (!isObject(value)) return invalid(shaping, 'Invalid non-object value found for ');
      const name = value['__typename'];
      const write = name === undefined || name === type.name ? declared : writerFor(name);
      return write === undefined ? invalid(shaping, 'Invalid __typename found for object at ') : write(value, shaping);
    };
  }

  function fieldsWriter(type: GraphQLCompositeType, nodes: readonly SelectionSetNode[]): Writer {
    const fields = [...selector.collect(type, nodes)].map(([key, uses], index) =>
      fieldOf(type, key, uses, `${index === 0 ? '{' : ','}${JSON.stringify(key)}:`),
    );
    if (fields.length === 0) return () => '{}';
    return (value, shaping) => {
      const object = value as JsonObject;
      let text = '';
      for (const field of fields) {
        const { key, dataKey } = field;
        text += field.head;
        if (field.fixed !== undefined) {
          const fixed = field.fixed(shaping);
          if (fixed === undefined) return undefined;
          text += fixed;
          continue;
        }
        const content = field.inherited && !Object.hasOwn(object, dataKey) ? undefined : object[dataKey];
        if (content === null || content === undefined) {
          if (field.nonNull) {
            const absent = content === undefined && shaping.absent.has(object);
            shaping.problems.push({ what: NULL, where: field.where, path: [key], absent });
            return undefined;
          }
          text += 'null';
          continue;
        }
        const known = shaping.problems.length;
        const written = field.write(content, shaping);
        if (shaping.problems.length !== known) settle(shaping, known, key, field, written === undefined);
        if (written === undefined && field.nonNull) return undefined;
        text += written ?? 'null';
      }
      return `${text}}`;
    };
  }

  function fieldOf(
    type: GraphQLCompositeType,
    key: string,
    uses: readonly [FieldNode, ...FieldNode[]],
    head: string,
  ): Field {
    const name = uses[0].name.value;
    const dataKey = dataKeyOf(uses[0]);
    const field = {
      key,
      dataKey,
      head,
      inherited: dataKey in Object.prototype,
      where: `field ${type.name}.${key}`,
      fixed: undefined,
    };
    if (name === '__typename') return { ...field, nonNull: true, fixed: typenameWriter(type), write: nothing };
    if (name === '__schema' || name === '__type') {
      return { ...field, nonNull: false, fixed: (shaping) => introspect(uses, shaping), write: nothing };
    }
    const definition = 'getFields' in type ? type.getFields()[name] : undefined;
    if (definition === undefined) throw new Error(`The API schema has no field ${type.name}.${name}.`);
    const nonNull = isNonNullType(definition.type);
    const denial = denials.ofUses(type, definition, uses);
    if (denial !== undefined) {
      const fixed = (shaping: Shaping): string | undefined => {
        deny(shaping, denial, [key]);
        return nonNull ? undefined : 'null';
      };
      return { ...field, nonNull, fixed, write: nothing };
    }
    const nested = uses.filter(denials.isAsked).flatMap(({ selectionSet: set }) => (set === undefined ? [] : [set]));
    return { ...field, nonNull, write: typeWriter(definition.type, nested) };
  }
}

/** An object type names itself; an object of which only an interface or union is known has no type to name, and is null. */
function typenameWriter(type: GraphQLCompositeType): (shaping: Shaping) => string | undefined {
  const text = JSON.stringify(type.name);
  return isObjectType(type) ? () => text : (shaping) => invalid(shaping, 'Invalid __typename found for object at ');
}

function listWriter(elementType: GraphQLOutputType, write: Writer): Writer {
  const nonNull = isNonNullType(elementType);
  const name = String(nonNull ? elementType.ofType : elementType);
  const place = (index: number): Place => ({
    nonNull,
    where: `array element of type ${name} at index ${String(index)}`,
  });
  return (value, shaping) => {
    if (!Array.isArray(value)) return invalid(shaping, 'Invalid non-list value found for ');
    let text = '';
    let nullified = false;
    for (let index = 0; index < value.length; index++) {
      const element = value[index];
      let written: string | undefined;
      if (element === null || element === undefined) {
        if (nonNull) shaping.problems.push({ what: NULL, where: place(index).where, path: [index] });
      } else {
        const known = shaping.problems.length;
        written = write(element, shaping);
        if (shaping.problems.length !== known) settle(shaping, known, index, place(index), written === undefined);
      }
      if (written === undefined && nonNull) {
        if (!shaping.keepAll) return undefined;
        nullified = true;
      }
      text += (index === 0 ? '[' : ',') + (written ?? 'null');
    }
    if (nullified) return undefined;
    return text === '' ? '[]' : `${text}]`;
  };
}

/** Records that a value can't stand in the response; its holder says where it is. */
export function invalid(shaping: Shaping, what: string): string | undefined {
  shaping.problems.push({ what, path: [] });
  return undefined;
}

/** Records that the caller may not see a value. */
function deny(shaping: Shaping, denial: Denial, path: (string | number)[]): void {
  shaping.problems.push({ what: '', path, denial });
}

/** Of objects that turn out to be of a type that the caller may not see. */
const deniedWriter =
  (denial: Denial): Writer =>
  (_, shaping) => {
    deny(shaping, denial, []);
    return undefined;
  };

/** A field or list element, as far as null in it is concerned. */
interface Place {
  readonly nonNull: boolean;
  readonly where: string;
}

/**
 * Tells the problems from `known` on that they are below `key`, and decides which of them remain if `key` `becomesNull`.
 *
 * One null is one error (GraphQL 6.4.4): the last problem is the one that made it null, and all others are about values that
 * are gone with it.
 *
 * Where a subgraph answers null for an entity and reports no error, the entity does not exist for that subgraph. What it would
 * have given is then missing without an error: its nullable fields are null, and if a non-null field is among them, the whole
 * entity is null. It is an error only where null may not stand for the entity itself, as in `[Customer!]`: other data is
 * lost, and one subgraph refers to what another one doesn't have.
 */
function settle(
  { problems, keepAll }: Shaping,
  known: number,
  key: string | number,
  { nonNull, where }: Place,
  becomesNull: boolean,
): void {
  const cause = becomesNull ? problems.at(-1) : undefined;
  if (cause !== undefined && nonNull) cause.absent = false;
  else if (cause !== undefined)
    problems.splice(keepAll ? problems.length - 1 : known, Infinity, ...(cause.absent === true ? [] : [cause]));
  for (const problem of problems.slice(known)) {
    problem.where ??= where;
    problem.path.push(key);
  }
}
