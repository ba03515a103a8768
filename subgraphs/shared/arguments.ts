/**
 * Refuses text that can't be stored or compared, in every argument of every field of a subgraph, before a resolver sees
 * it. So no resolver has to check it.
 */
import { type GraphQLSchema, defaultFieldResolver, getNamedType, isObjectType, isUnionType } from 'graphql';
import { badUserInput } from '../../runtime/errors.ts';
import { textProblems } from '../../runtime/text.ts';

/** Federation's own field. Its representations come from other subgraphs; an id that doesn't exist gives null. */
const ENTITIES = '_entities';

/**
 * Wraps the resolvers of all fields with arguments; changes the schema in place and returns it. Bad text is a
 * BAD_USER_INPUT error. Only the `input` of a mutation that can return InvalidInputError is left to `parseInput`, which
 * reports bad text together with all other bad fields.
 */
export function refuseBadText(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.args.length === 0 || field.name === ENTITIES) continue;
      const answer = getNamedType(field.type);
      const reports = isUnionType(answer) && answer.getTypes().some(({ name }) => name === 'InvalidInputError');
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = (source, args: Record<string, unknown>, context, info): unknown => {
        const { input, ...others } = args;
        const [problem] = textProblems(reports ? others : { input, ...others });
        if (problem !== undefined) throw badUserInput(`${problem.path.join('.')} ${problem.message}.`);
        return resolve(source, args, context, info);
      };
    }
  }
  return schema;
}
