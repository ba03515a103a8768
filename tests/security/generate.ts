/**
 * Generates GraphQL documents from a schema, for fuzzing: most are nearly valid, so that they get far; some are broken
 * at one place; some are not GraphQL.
 */
import fc from 'fast-check';
import {
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isUnionType,
} from 'graphql';

const FRAGMENTS = 4;
const DEEPEST = 5;

/** Literals that are valid GraphQL but fit hardly any type. */
const HOSTILE = [
  'null',
  '-1',
  '0',
  '2147483648',
  '99999999999999999999999999',
  '1e400',
  '-0.0',
  '""',
  '"\\u0000"',
  '"\\uD800"',
  '"$where"',
  '"\'; DROP TABLE orders; --"',
  '"../../etc/passwd"',
  '"[object Object]"',
  '"eyJkIjp7IiRndCI6IiJ9fQ"',
  '"(a+)+$"',
  `"${'x'.repeat(300)}"`,
  '"""block \\""" string"""',
  '{ _gt: "" }',
  '{ __proto__: { role: "staff" } }',
  '{ constructor: { prototype: null } }',
  '[]',
  '[[[[[]]]]]',
  '[null]',
  'true',
  'NO_SUCH_VALUE',
  '$undefined',
];

/** @param ids ids of existing rows, for values of type ID */
export function documentOf(schema: GraphQLSchema, ids: readonly string[]): fc.Arbitrary<string> {
  const composites = Object.values(schema.getTypeMap()).filter((type) => isCompositeType(type));
  return fc.infiniteStream(fc.nat()).map((numbers) => {
    const upTo = (max: number): number => Number(numbers.next().value) % (max + 1);
    const chance = (percent: number): boolean => upTo(99) < percent;
    const one = <T>(values: readonly T[]): T => values[upTo(values.length - 1)] as T;
    const text = (max: number): string =>
      String.fromCodePoint(...Array.from({ length: upTo(max) }, () => upTo(chance(80) ? 0x7f : 0x1_ffff)));
    /** Most documents are not broken. */
    const isTame = chance(65);
    const mishap = (percent: number): boolean => !isTame && chance(percent);

    const value = (type: GraphQLInputType, depth = 0): string => {
      if (mishap(4)) return one(HOSTILE);
      if (isNonNullType(type)) return value(type.ofType, depth);
      if (isListType(type))
        return `[${Array.from({ length: upTo(2) }, () => value(type.ofType, depth + 1)).join(', ')}]`;
      if (isEnumType(type)) return one(type.getValues()).name;
      if (isInputObjectType(type)) return `{ ${inputs(Object.values(type.getFields()), depth + 1)} }`;
      switch (type.name) {
        case 'Int':
        case 'SafeInt':
          return String(mishap(20) ? upTo(2 ** 31) * 5 - 2 ** 32 : 1 + upTo(4));
        case 'Boolean':
          return one(['true', 'false']);
        case 'ID':
          return JSON.stringify(one(ids));
        case 'DateTime':
          return mishap(20) ? '"2026-02-31"' : '"2026-01-31T09:30:00.000Z"';
        default:
          return quoted(text(8));
      }
    };
    const inputs = (fields: readonly (GraphQLInputField | GraphQLArgument)[], depth: number): string =>
      fields
        .filter(({ type }) => (isNonNullType(type) ? !mishap(1) : depth < 4 && chance(30)))
        .map(({ name, type }) => `${name}: ${value(type, depth)}`)
        .join(', ');

    const field = (each: GraphQLField<unknown, unknown>, depth: number): string | undefined => {
      const type = getNamedType(each.type);
      if (isCompositeType(type) && depth >= DEEPEST) return undefined;
      const given = inputs(each.args, 0);
      const alias = mishap(4)
        ? `${one(['a', 'b', '__typename', 'toString', '__proto__'])}: `
        : given === '' || isTame
          ? given && `a${String(upTo(2 ** 20))}: `
          : '';
      const condition = mishap(4)
        ? one([' @skip(if: false)', ' @include(if: true)', ' @include(if: $flag)', ' @defer', ' @skip(if: null)'])
        : '';
      const below = isCompositeType(type) ? ` ${selection(type, depth + 1)}` : '';
      return `${alias}${each.name}${given && `(${given})`}${condition}${below}`;
    };

    const selection = (type: GraphQLCompositeType, depth: number): string => {
      const parts: string[] = [];
      if (isUnionType(type)) {
        for (const member of type.getTypes())
          if (chance(40)) parts.push(`... on ${member.name} ${selection(member, depth + 1)}`);
      } else {
        const all = Object.values(type.getFields());
        const fields = new Set(Array.from({ length: 1 + upTo(depth === 0 ? 0 : 2) }, () => one(all)));
        for (const each of mishap(10) ? [...fields, ...fields] : fields) {
          const part = field(each, depth);
          if (part !== undefined) parts.push(part);
        }
        if (chance(5) && depth < DEEPEST) parts.push(`... on ${type.name} ${selection(type, depth + 1)}`);
      }
      if (mishap(4)) parts.push(`...F${String(upTo(FRAGMENTS))}`);
      if (mishap(2)) parts.push(one(['nothing', '_entities', '__schema { types { name } }', 'reserveStock']));
      return `{ ${parts.length === 0 ? '__typename' : parts.join(' ')} }`;
    };

    const fragments = (spread: string): string => {
      const defined: string[] = [];
      for (let n = 0; n < FRAGMENTS; n += 1) {
        // By chance, a fragment may be missing, unused, or spread itself.
        if (!spread.includes(`...F${String(n)}`) && !mishap(1)) continue;
        const type = one(composites);
        defined.push(`fragment F${String(n)} on ${type.name} ${selection(type, 4)}`);
      }
      return defined.join(' ');
    };

    const operation = (): string => {
      const root = chance(85) ? schema.getQueryType() : schema.getMutationType();
      if (root == null) return '{ __typename }';
      const variables = mishap(6) ? ' A($flag: Boolean!, $undefined: Int = 1)' : '';
      const content = `${root.name.toLowerCase()}${variables} ${selection(root, 0)}`;
      return `${content} ${fragments(content)}`;
    };

    const document = mishap(10) ? text(60) : operation();
    if (!mishap(15)) return document;
    // Broken at one place.
    const at = upTo(document.length);
    return document.slice(0, at) + text(3) + document.slice(at + upTo(3));
  });
}

/** A GraphQL string. Its escapes are those of JSON, except for characters beyond the first plane. */
const quoted = (text: string): string => JSON.stringify(text).replaceAll(/\\u(d[89a-f])/gi, 'u$1');
