/**
 * Writes the response as JSON text from the subgraphs' data: the fields that the client selected, in its order and
 * under its names, with values checked against the API schema.
 *
 * A `Writer` is compiled once for each place of an operation. It gets a value that is not null and returns its JSON
 * text, or undefined if the value becomes null; then it has recorded the problem, and its caller decides whether null
 * is allowed there. The path of a problem is built on the way out, so it costs nothing if there is none.
 */
import {
  isCompositeType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import type { Denial } from '../../runtime/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../../runtime/json.ts';
import type { Denials } from './access.ts';
import { leafWriter } from './leaf.ts';
import type { Selector } from './selection.ts';
import { deny, invalid, settle, type Introspect, type Place, type Shaping, type Writer } from './shaping.ts';

interface Field {
  key: string;
  /** The value's key in the subgraphs' answers. */
  dataKey: string;
  /** The brace or comma before the field, and its key. */
  head: string;
  /** Whether JavaScript objects inherit a property of this name. */
  inherited: boolean;
  nonNull: boolean;
  where: string;
  /** Writes a value that doesn't depend on the subgraphs' data; undefined if it becomes null. */
  fixed: ((shaping: Shaping) => string | undefined) | undefined;
  write: Writer;
}

const NULL = 'Cannot return null for non-nullable ';
const nothing: Writer = () => undefined;

export interface OutputOptions {
  schema: GraphQLSchema;
  selector: Selector;
  introspect: Introspect;
  /** The name of a field in the subgraphs' answers. */
  dataKeyOf: (field: FieldNode) => string;
  denials: Denials;
}

/** Compiles the writer of a whole response. If it returns undefined, the response has `data: null`. */
export const compileOutput = (
  options: OutputOptions,
  rootType: GraphQLCompositeType,
  selectionSet: SelectionSetNode,
): Writer => new OutputCompiler(options).fields(rootType, [selectionSet]);

class OutputCompiler {
  readonly #options: OutputOptions;

  constructor(options: OutputOptions) {
    this.#options = options;
  }

  /** The writer of an object of this type, whose `__typename` has been checked. */
  fields(type: GraphQLCompositeType, nodes: readonly SelectionSetNode[]): Writer {
    const fields = [...this.#options.selector.collect(type, nodes)].map(([key, uses], index) =>
      this.#field(type, key, uses, `${index === 0 ? '{' : ','}${JSON.stringify(key)}:`),
    );
    return fields.length === 0 ? () => '{}' : (value, shaping) => writeFields(fields, value as JsonObject, shaping);
  }

  #value(type: GraphQLOutputType, nodes: readonly SelectionSetNode[]): Writer {
    if (isNonNullType(type)) return this.#value(type.ofType, nodes);
    if (isListType(type)) return listWriter(type.ofType, this.#value(type.ofType, nodes));
    return isLeafType(type) ? leafWriter(type) : this.#object(type, nodes);
  }

  #object(type: GraphQLCompositeType, nodes: readonly SelectionSetNode[]): Writer {
    const declared = this.fields(type, nodes);
    const others = new Map<string, Writer | undefined>();
    const writerFor = (name: JsonValue): Writer | undefined => {
      if (typeof name !== 'string') return undefined;
      if (!others.has(name)) others.set(name, this.#subtype(type, name, nodes));
      return others.get(name);
    };
    return (value, shaping) => {
      if (!isObject(value)) return invalid(shaping, 'Invalid non-object value found for ');
      const name = value['__typename'];
      const write = name === undefined || name === type.name ? declared : writerFor(name);
      return write === undefined ? invalid(shaping, 'Invalid __typename found for object at ') : write(value, shaping);
    };
  }

  /** The writer of an object whose `__typename` is `name`; undefined if no object of `type` can have it. */
  #subtype(type: GraphQLCompositeType, name: string, nodes: readonly SelectionSetNode[]): Writer | undefined {
    const { schema, denials } = this.#options;
    const actual = schema.getType(name);
    const allowed =
      isCompositeType(actual) && !isObjectType(type) && 'getFields' in actual && schema.isSubType(type, actual);
    if (!allowed) return undefined;
    const denial = denials.ofType(name);
    return denial === undefined ? this.fields(actual, nodes) : deniedWriter(denial);
  }

  #field(type: GraphQLCompositeType, key: string, uses: readonly [FieldNode, ...FieldNode[]], head: string): Field {
    const { introspect, dataKeyOf, denials } = this.#options;
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
    return { ...field, nonNull, write: this.#value(definition.type, nested) };
  }
}

function writeFields(fields: readonly Field[], object: JsonObject, shaping: Shaping): string | undefined {
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
    const earlier = shaping.problems.length;
    const written = field.write(content, shaping);
    if (shaping.problems.length !== earlier) settle(shaping, earlier, key, field, written === undefined);
    if (written === undefined && field.nonNull) return undefined;
    text += written ?? 'null';
  }
  return `${text}}`;
}

/**
 * Objects of an object type have its name. If only an interface or union is known, there is no name, and the object
 * becomes null.
 */
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
        const earlier = shaping.problems.length;
        written = write(element, shaping);
        if (shaping.problems.length !== earlier) settle(shaping, earlier, index, place(index), written === undefined);
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

/** Writes objects of a type that the caller may not see. */
const deniedWriter =
  (denial: Denial): Writer =>
  (_, shaping) => {
    deny(shaping, denial, []);
    return undefined;
  };
