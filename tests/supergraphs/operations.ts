/** Valid GraphQL operations, generated from an API schema by fast-check. */
import fc, { type GeneratorValue } from 'fast-check';
import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  parse,
  validate,
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';

export interface GeneratedOperation {
  source: string;
  document: DocumentNode;
  operationName: string | undefined;
  variables: Record<string, unknown>;
}

// fast-check prefers small numbers; here each number is another choice, and all should be equally likely.
const evenly = (max: number): fc.Arbitrary<number> => fc.noBias(fc.nat({ max }));

const aliases = ['a', 'b', 'c', 'constructor', 'toString', '__proto__', 'x', 'y'];

class Generator {
  readonly #schema: GraphQLSchema;
  readonly #next: GeneratorValue;
  readonly #definitions: string[] = [];
  readonly #fragments: { name: string; type: GraphQLCompositeType; text: string }[] = [];
  readonly variables: Record<string, unknown> = {};
  #budget: number;
  #keys = 0;

  constructor(schema: GraphQLSchema, next: GeneratorValue) {
    this.#schema = schema;
    this.#next = next;
    this.#budget = 3 + this.#upTo(16);
  }

  operation(): { source: string; operationName: string | undefined } {
    const mutation = this.#schema.getMutationType();
    const isMutation = mutation != null && this.#chance(15);
    const root = isMutation ? mutation : this.#schema.getQueryType();
    if (root == null) throw new Error('The schema has no query type.');
    const named = this.#chance(50);
    const selection = this.#selectionSet(root, 0);
    const variables = this.#definitions.length > 0 ? `(${this.#definitions.join(', ')})` : '';
    const head = `${isMutation ? 'mutation' : 'query'}${named ? ' Generated' : ''}${variables}`;
    const fragments = this.#fragments.map(({ name, type, text }) => `fragment ${name} on ${type.name} ${text}`);
    return {
      source: [`${head} ${selection}`, ...fragments].join('\n'),
      operationName: named ? 'Generated' : undefined,
    };
  }

  #selectionSet(type: GraphQLCompositeType, depth: number): string {
    const parts: string[] = [];
    const count = 1 + this.#upTo(depth === 0 ? 2 : 4);
    for (let index = 0; index < count; index++) {
      const part = this.#selection(type, depth);
      if (part !== undefined) parts.push(part);
    }
    if (parts.length === 0) parts.push('__typename');
    return `{ ${parts.join(' ')} }`;
  }

  #selection(type: GraphQLCompositeType, depth: number): string | undefined {
    this.#budget--;
    const abstract = isAbstractType(type);
    if (depth > 0 && this.#chance(abstract ? 55 : 15)) return this.#fragment(type, depth);
    if (this.#chance(12)) return this.#aliased('__typename') + this.#directives();
    if (depth === 0 && type === this.#schema.getQueryType() && this.#chance(4)) {
      return this.#chance(50)
        ? `__type(name: "${type.name}") { name ...on __Type { kind } }`
        : '__schema { queryType { name } directives { name } }';
    }
    if (!('getFields' in type)) return '__typename';
    const fields = Object.values(type.getFields()).filter(
      (candidate) => isLeafType(getNamedType(candidate.type)) || (this.#budget > 0 && depth < 6),
    );
    const field = fields[this.#upTo(fields.length - 1)];
    if (field === undefined) return undefined;
    const named = getNamedType(field.type);
    const nested = isCompositeType(named) ? ` ${this.#selectionSet(named, depth + 1)}` : '';
    // The same field with other arguments needs another name.
    const key =
      field.args.length > 0 && this.#chance(70) ? `k${this.#keys++}: ${field.name}` : this.#aliased(field.name);
    return key + this.#arguments(field.args) + this.#directives() + nested;
  }

  #fragment(type: GraphQLCompositeType, depth: number): string {
    const directives = this.#directives();
    const related = this.#overlapping(type);
    const on = related[this.#upTo(related.length - 1)] ?? type;
    const known = this.#fragments.filter((fragment) => fragment.type === on);
    const reused = known[this.#upTo(known.length)];
    if (reused !== undefined) return `...${reused.name}${directives}`;
    const text = this.#selectionSet(on, depth);
    if (this.#chance(30)) {
      const name = `F${this.#fragments.length}`;
      this.#fragments.push({ name, type: on, text });
      return `...${name}${directives}`;
    }
    const condition = on === type && this.#chance(30) ? '' : ` on ${on.name}`;
    return `...${condition}${directives} ${text}`;
  }

  /** Types that a fragment on an object of `type` may name. */
  #overlapping(type: GraphQLCompositeType): GraphQLCompositeType[] {
    const possible = (candidate: GraphQLNamedType): readonly GraphQLNamedType[] =>
      isAbstractType(candidate) ? this.#schema.getPossibleTypes(candidate) : isObjectType(candidate) ? [candidate] : [];
    const own = new Set(possible(type));
    return Object.values(this.#schema.getTypeMap())
      .filter((candidate) => isCompositeType(candidate))
      .filter((candidate) => possible(candidate).some((member) => own.has(member)));
  }

  #aliased(name: string): string {
    return this.#chance(10) ? `${this.#oneOf(aliases)}: ${name}` : name;
  }

  #directives(): string {
    return ['skip', 'include'].map((name) => (this.#chance(4) ? ` @${name}(if: ${this.#condition()})` : '')).join('');
  }

  #condition(): string {
    if (this.#chance(30)) return String(this.#chance(50));
    const name = `if${this.#upTo(2)}`;
    if (!this.#definitions.some((definition) => definition.startsWith(`$${name}:`))) {
      const withDefault = this.#chance(40);
      this.#definitions.push(withDefault ? `$${name}: Boolean = ${String(this.#chance(50))}` : `$${name}: Boolean!`);
      if (!withDefault || this.#chance(50)) this.variables[name] = this.#chance(50);
    }
    return `$${name}`;
  }

  #arguments(args: readonly GraphQLArgument[]): string {
    const given = args
      .filter((arg) => isRequiredArgument(arg) || this.#chance(50))
      .map((arg) => `${arg.name}: ${this.#argument(arg)}`);
    return given.length > 0 ? `(${given.join(', ')})` : '';
  }

  #argument({ type }: GraphQLArgument): string {
    if (!this.#chance(40)) return literal(this.#value(type, 0));
    const name = `v${this.#definitions.length}`;
    if (isNonNullType(type) || this.#chance(60)) {
      this.#definitions.push(`$${name}: ${String(type)}`);
      if (isNonNullType(type) || this.#chance(80)) this.variables[name] = plain(this.#value(type, 0));
    } else {
      this.#definitions.push(`$${name}: ${String(type)} = ${literal(this.#value(type, 0))}`);
      if (this.#chance(40)) this.variables[name] = plain(this.#value(type, 0));
    }
    return `$${name}`;
  }

  #value(type: GraphQLInputType, depth: number): unknown {
    if (isNonNullType(type)) return this.#value(type.ofType, depth);
    if (depth > 0 && this.#chance(15)) return null;
    if (isListType(type)) {
      return Array.from({ length: this.#upTo(3) }, () =>
        isNonNullType(type.ofType) ? this.#value(type.ofType, 0) : this.#value(type.ofType, depth + 1),
      );
    }
    if (isInputObjectType(type)) {
      const entries = Object.values(type.getFields()).flatMap((field) => {
        const required = isNonNullType(field.type);
        if (!(required && field.defaultValue === undefined) && (depth > 1 || this.#chance(40))) return [];
        return [[field.name, this.#value(field.type, required ? 0 : depth + 1)] as const];
      });
      return Object.fromEntries(entries);
    }
    if (isEnumType(type)) return new EnumValue(this.#oneOf(type.getValues().map(({ name }) => name)));
    switch (type.name) {
      case 'Int':
        return this.#upTo(5);
      case 'Float':
        return this.#upTo(50) / 4;
      case 'Boolean':
        return this.#chance(50);
      case 'ID':
        return String(this.#upTo(9));
      default:
        return this.#oneOf(['', 'text', 'a "quoted" \\ text', 'ünïcödé 🦉', '\n']);
    }
  }

  #chance(percent: number): boolean {
    return this.#upTo(99) < percent;
  }

  #upTo(max: number): number {
    return this.#next(evenly, Math.max(0, max));
  }

  #oneOf<T>(values: readonly T[]): T {
    return values[this.#upTo(values.length - 1)] as T;
  }
}

/** A literal has no quotes, JSON does. */
class EnumValue {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
  toJSON(): string {
    return this.name;
  }
}

function literal(value: unknown): string {
  if (value instanceof EnumValue) return value.name;
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, entry]) => `${key}: ${literal(entry)}`)
      .join(', ')}}`;
  }
  return JSON.stringify(value);
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** How often it tries to generate a valid operation. */
const tries = 6;

/**
 * An operation on `schema`, drawn from `next`. Some results are not valid GraphQL, mostly because fields can't be
 * merged; then it draws again, and returns undefined after several tries.
 */
export function generateOperation(schema: GraphQLSchema, next: GeneratorValue): GeneratedOperation | undefined {
  for (let attempt = 0; attempt < tries; attempt++) {
    const generator = new Generator(schema, next);
    const { source, operationName } = generator.operation();
    const document = parse(source);
    if (validate(schema, document).length === 0) {
      return { source, document, operationName, variables: generator.variables };
    }
  }
  return undefined;
}
