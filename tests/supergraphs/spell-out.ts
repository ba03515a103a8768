/**
 * Rewrites an operation into one with the same meaning: without named fragments and conditions (the variables decide
 * them), and with one fragment for each object type under an interface or union.
 */
import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  parse,
  print,
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import type { GeneratedOperation } from './operations.ts';

/** The selection of the rewritten operation if the original selects nothing. */
export const nothingSelected = '_nothing_';

export function spellOut(operation: GeneratedOperation, schema: GraphQLSchema): GeneratedOperation {
  const { document, variables } = operation;
  const [definition] = document.definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('The operation comes first.');
  const root = schema.getRootType(definition.operation);
  if (root == null) throw new Error('No such root type.');

  const fragments = new Map(
    document.definitions.flatMap((other) =>
      other.kind === Kind.FRAGMENT_DEFINITION ? [[other.name.value, other]] : [],
    ),
  );
  const decide = (value: ValueNode | undefined): boolean => {
    if (value?.kind === Kind.BOOLEAN) return value.value;
    const name = value?.kind === Kind.VARIABLE ? value.name.value : '';
    const declared = definition.variableDefinitions?.find(({ variable }) => variable.name.value === name)?.defaultValue;
    return Object.hasOwn(variables, name) ? variables[name] === true : decide(declared);
  };
  const selected = ({ directives }: SelectionNode): boolean =>
    (directives ?? []).every(({ name, arguments: args }) => decide(args?.[0]?.value) === (name.value === 'include'));

  /** For objects of `type`: every field once, with the selections of all its uses. */
  const fieldsOf = (type: GraphQLObjectType, sets: readonly SelectionSetNode[]): FieldNode[] => {
    const fields = new Map<string, FieldNode[]>();
    const visit = ({ selections }: SelectionSetNode): void => {
      for (const selection of selections.filter(selected)) {
        if (selection.kind === Kind.FIELD) {
          const key = selection.alias?.value ?? selection.name.value;
          fields.set(key, [...(fields.get(key) ?? []), selection]);
          continue;
        }
        const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
        const condition = fragment?.typeCondition && schema.getType(fragment.typeCondition.name.value);
        const applies =
          condition === undefined ||
          condition === type ||
          (isAbstractType(condition) && schema.isSubType(condition, type));
        if (fragment !== undefined && applies) visit(fragment.selectionSet);
      }
    };
    sets.forEach(visit);
    return [...fields.values()].flatMap((mentions) => {
      const [first] = mentions;
      if (first === undefined) return [];
      const fieldType = getNamedType(type.getFields()[first.name.value]?.type);
      const nested = mentions.flatMap(({ selectionSet }) => selectionSet ?? []);
      const selectionSet = isCompositeType(fieldType) ? setOf(fieldType, nested) : first.selectionSet;
      return [{ ...first, directives: [], ...(selectionSet && { selectionSet }) }];
    });
  };

  const setOf = (type: GraphQLCompositeType, sets: readonly SelectionSetNode[]): SelectionSetNode => {
    const selections: SelectionNode[] = isObjectType(type)
      ? fieldsOf(type, sets)
      : schema.getPossibleTypes(type).flatMap((possible) => {
          const fields = fieldsOf(possible, sets);
          if (fields.length === 0) return [];
          const typeCondition = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: possible.name } } as const;
          return [
            {
              kind: Kind.INLINE_FRAGMENT,
              typeCondition,
              selectionSet: { kind: Kind.SELECTION_SET, selections: fields },
            },
          ];
        });
    if (selections.length > 0) return { kind: Kind.SELECTION_SET, selections };
    const alias = { kind: Kind.NAME, value: nothingSelected } as const;
    const name = { kind: Kind.NAME, value: '__typename' } as const;
    return { kind: Kind.SELECTION_SET, selections: [{ kind: Kind.FIELD, alias, name }] };
  };

  // Introspection does not reach subgraphs; its fragments stay unchanged.
  const source = print({ ...definition, selectionSet: setOf(root, [definition.selectionSet]) });
  const rewritten: DocumentNode = parse(source);
  return { ...operation, source, document: rewritten };
}
