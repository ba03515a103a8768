/**
 * One line in the log for each mutation: who, what, on which id, with what outcome. Only the subgraph that carries out
 * a mutation writes it, so that none is missed, however the request arrived and whatever it selects.
 */
import { type GraphQLSchema, defaultFieldResolver } from 'graphql';
import type { Caller } from '../../runtime/caller.ts';
import type { Logger } from '../../runtime/log.ts';
import type { RequestContext } from '../../runtime/request.ts';
import { codeOf } from './errors.ts';

interface AuditEntry {
  mutation: string;
  by: Pick<Caller, 'service' | 'role' | 'id'>;
  /** The ids in the mutation's input, and that of the created object: `customerId`, `orderId`, `productId`, `id`. */
  on: Record<string, string>;
  /** The `__typename` of the result, or `OK` if it has none; without a result, the code of the error. */
  outcome: string;
}

/**
 * Wraps the resolvers of all mutations; changes the schema in place and returns it. Audit lines are written at any log
 * level except silent, and have the request's id, as all lines do.
 */
export function auditMutations(schema: GraphQLSchema, log: Logger): GraphQLSchema {
  const audits = log.level === 'silent' ? log : log.child({}, { level: 'info' });
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const resolve = field.resolve ?? defaultFieldResolver;
    field.resolve = async (source, args: Record<string, unknown>, context: RequestContext, info): Promise<unknown> => {
      const write = (outcome: string, answer?: unknown): void => {
        const audit: AuditEntry = {
          mutation: field.name,
          by: { service: context.caller.service, role: context.caller.role, id: context.caller.id },
          on: { ...idsIn(answer), ...idsIn(args), ...idsIn(args['input']) },
          outcome,
        };
        audits.info({ reqId: context.requestId, audit }, 'mutation');
      };
      try {
        const answer: unknown = await resolve(source, args, context, info);
        write(typeNameOf(answer) ?? 'OK', answer);
        return answer;
      } catch (error) {
        write(codeOf(error));
        throw error;
      }
    };
  }
  return schema;
}

const typeNameOf = (answer: unknown): string | undefined =>
  typeof answer === 'object' && answer !== null && '__typename' in answer && typeof answer.__typename === 'string'
    ? answer.__typename
    : undefined;

const MAX_ID = 100;

/** The ids among the fields of an object, and of the objects right below it: `{ order: { id } }` is `{ orderId }`. */
function idsIn(value: unknown, below = ''): Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]: [string, unknown]): [string, string][] => {
      // Ids come from callers: longer text is cut, so that a caller can't fill the log.
      if (typeof field === 'string' && /^id$|Id$/.test(name))
        return [[name === 'id' && below !== '' ? `${below}Id` : name, field.slice(0, MAX_ID)]];
      return below === '' && name !== 'input' ? Object.entries(idsIn(field, name)) : [];
    }),
  );
}
