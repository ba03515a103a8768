/**
 * The calls to the other subgraphs, over HTTP: look up customers and products; reserve, release and commit stock. Every call can be
 * repeated, and is repeated once if it fails early. A participant's answer is definite. If there is no readable answer in time, the
 * outcome is unknown: a type of its own, so that no refusal can be made of it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type DocumentNode, print } from 'graphql';
import { type RequestContext, outgoingHeaders } from '../../runtime/request.ts';
import type { Signer } from '../../runtime/token.ts';
import { type PoolTransport, createPoolTransport } from '../../runtime/transport.ts';
import { inBatches } from '../shared/batches.ts';
import { isId } from '../shared/ids.ts';
import { FindCustomerDocument, FindCustomersDocument } from './customers.generated.ts';
import {
  CommitReservationDocument,
  FindProductsDocument,
  ReleaseReservationDocument,
  type ReservationState,
  ReserveStockDocument,
} from './inventory.generated.ts';
import type { Line, Refusal, Snapshot } from './order.ts';

export type { ReservationState };

/** The context of one call to a participant: on whose behalf, and its deadline (epoch ms). */
export interface Call extends Pick<RequestContext, 'requestId' | 'traceparent' | 'deadline' | 'log'> {
  /** The subject of the caller's token; null if orders calls on its own behalf. */
  actor: string | null;
  /** Ends the call before its deadline, with an unknown outcome. */
  signal?: AbortSignal;
}

/** It is unknown whether the call was carried out. `reason` is for logs. */
export interface UnknownOutcome {
  outcome: 'unknown';
  reason: string;
}

/** Which of the ids exist. */
export type IdsAnswer = { outcome: 'found'; ids: string[] } | UnknownOutcome;
export type CustomerAnswer = { outcome: 'found' } | { outcome: 'missing' } | UnknownOutcome;
type ReserveAnswer =
  /** Reserved, now or before. */
  | { outcome: 'reserved'; items: (Line & Snapshot)[] }
  /** The reservation is over, so the order is over too. */
  | { outcome: 'closed'; state: ReservationState }
  | { outcome: 'refused'; refusal: Refusal }
  | UnknownOutcome;
/** The reservation's state after the call; null if there is none. */
type ReservationAnswer = { outcome: 'done'; state: ReservationState | null } | UnknownOutcome;

export interface Participants {
  findCustomer: (customerId: string, call: Call) => Promise<CustomerAnswer>;
  /** @param ids 24 hexadecimal digits each */
  findCustomers: (ids: readonly string[], call: Call) => Promise<IdsAnswer>;
  /** @param ids at most 100 */
  findProducts: (ids: readonly string[], call: Call) => Promise<IdsAnswer>;
  /** @param lines merged: one for each product, sorted */
  reserveStock: (orderId: string, lines: Line[], call: Call) => Promise<ReserveAnswer>;
  releaseReservation: (orderId: string, call: Call) => Promise<ReservationAnswer>;
  commitReservation: (orderId: string, call: Call) => Promise<ReservationAnswer>;
  close: () => Promise<void>;
}

/** The part of a deadline that is reserved for answering: a tenth of it, at most this. */
const ANSWER_MS = 100;

/**
 * The calls that one request makes: they end early enough for the request to be answered by its deadline.
 * @param timeoutMs how long the request may take if its caller doesn't ask for less
 */
export function callFor({ requestId, traceparent, deadline, caller, log }: RequestContext, timeoutMs: number): Call {
  const now = Date.now();
  const time = Math.min(deadline - now, timeoutMs);
  return {
    requestId,
    traceparent,
    deadline: Math.floor(now + time - Math.min(ANSWER_MS, time / 10)),
    actor: caller.id,
    log,
  };
}

/** The pause before the one retry: long enough for a participant to restart behind a load balancer, too short for a person to notice. */
const RETRY_AFTER_MS = { least: 20, spread: 80 };

const unknown = (reason: string): UnknownOutcome => ({ outcome: 'unknown', reason });

type Ask = <Data, Variables extends object>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  call: Call,
) => Promise<{ outcome: 'answered'; data: Data } | UnknownOutcome>;

/** A lookup takes a few milliseconds. One that hangs must not use up the time of the orders behind it. */
const LOOKUPS = { patienceMs: 100 };

/** The question whether a customer exists. */
interface Lookup {
  id: string;
  call: Call;
}

/** A call, and the token that proves who makes it. */
interface Proven {
  call: Call;
  token: string | null;
}

/** Asks one participant; never throws. */
function createClient(name: string, url: string, { fetch }: PoolTransport<Proven>, sign: Signer | null): Ask {
  const texts = new Map<DocumentNode, string>();
  const textOf = (document: DocumentNode): string => {
    const text = texts.get(document) ?? print(document);
    texts.set(document, text);
    return text;
  };

  async function attempt<Data, Variables extends object>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    call: Call,
  ): Promise<{ outcome: 'answered'; data: Data } | UnknownOutcome> {
    const left = call.deadline - Date.now();
    if (left <= 0) return unknown(`${name}: no time left`);
    try {
      const token = sign && (await sign({ role: 'service', id: call.actor }));
      const { data, errors } = await fetch({
        subgraph: name,
        url,
        body: JSON.stringify({ query: textOf(document), variables }),
        // So that the transport doesn't repeat it, even if it is a query: it is repeated below.
        operation: 'mutation',
        context: { call, token },
        timeoutMs: left,
        signal: call.signal,
      });
      if (errors !== undefined || data == null || Object.keys(data).length === 0) {
        return unknown(`${name}: ${JSON.stringify(errors ?? 'no data')}`);
      }
      // The participant executed this document, so the data has its shape.
      return { outcome: 'answered', data: data as Data };
    } catch (error) {
      return unknown(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  return async (document, variables, call) => {
    const first = await attempt(document, variables, call);
    if (first.outcome === 'answered') return first;
    const pause = RETRY_AFTER_MS.least + Math.random() * RETRY_AFTER_MS.spread;
    const second =
      Date.now() + pause < call.deadline ? await sleep(pause).then(() => attempt(document, variables, call)) : first;
    if (second.outcome === 'unknown') call.log.warn({ reason: second.reason }, 'a participant gave no answer');
    return second;
  };
}

/** @param sign makes the tokens that participants require; null if they are open (development) */
export function createParticipants(urls: { customers: string; inventory: string }, sign: Signer | null): Participants {
  const transport = createPoolTransport<Proven>({
    headers: ({ context: { call, token } }) => outgoingHeaders(call, token),
  });
  const askCustomers = createClient('customers', urls.customers, transport, sign);
  const askInventory = createClient('inventory', urls.inventory, transport, sign);

  const findCustomer = async ({ id, call }: Lookup): Promise<CustomerAnswer> => {
    const answer = await askCustomers(FindCustomerDocument, { id }, call);
    return answer.outcome === 'unknown' ? answer : { outcome: answer.data.customer === null ? 'missing' : 'found' };
  };
  const findCustomers: Participants['findCustomers'] = async (ids, call) => {
    const representations = ids.map((id) => ({ __typename: 'Customer', id }));
    const answer = await askCustomers(FindCustomersDocument, { representations }, call);
    if (answer.outcome === 'unknown') return answer;
    return { outcome: 'found', ids: answer.data._entities.flatMap((customer) => customer?.id ?? []) };
  };
  /** One call for the orders that are placed at the same time. If it gives no answer, each asks alone in the time that it has left. */
  const findTogether = inBatches<Lookup, CustomerAnswer>(async (lookups) => {
    const [first] = lookups;
    if (first === undefined) return [];
    if (lookups.length === 1) return [await findCustomer(first)];
    const deadline = Math.min(...lookups.map(({ call }) => call.deadline));
    const ids = [...new Set(lookups.map(({ id }) => id))].filter(isId);
    const answer = await findCustomers(ids, { ...first.call, deadline, actor: null });
    if (answer.outcome === 'unknown') return lookups.map(findCustomer);
    return lookups.map(({ id }) => ({ outcome: answer.ids.includes(id) ? 'found' : 'missing' }));
  }, LOOKUPS);

  return {
    // A call that can be ended early is not shared: the others would end with it.
    findCustomer: (id, call) => (call.signal === undefined ? findTogether({ id, call }) : findCustomer({ id, call })),
    findCustomers,

    async findProducts(ids, call) {
      const answer = await askInventory(FindProductsDocument, { ids: [...ids] }, call);
      if (answer.outcome === 'unknown') return answer;
      const { products } = answer.data;
      return products === null
        ? unknown('inventory: no list of products')
        : { outcome: 'found', ids: products.nodes.map(({ id }) => id) };
    },

    async reserveStock(orderId, lines, call) {
      const answer = await askInventory(ReserveStockDocument, { orderId, lines }, call);
      if (answer.outcome === 'unknown') return answer;
      const result = answer.data.reserveStock;
      switch (result.__typename) {
        case 'Reservation':
          return {
            outcome: 'reserved',
            items: result.lines.map(({ name, ...line }) => ({ ...line, productName: name })),
          };
        case 'ReservationClosed':
          return { outcome: 'closed', state: result.state };
        case 'ProductNotFoundError':
          return refused({ reason: 'PRODUCT_NOT_FOUND', message: result.message, productIds: result.productIds });
        case 'InsufficientStockError':
          return refused({ reason: 'INSUFFICIENT_STOCK', message: result.message, shortages: result.shortages });
        case 'MixedCurrencyError':
          return refused({ reason: 'MIXED_CURRENCY', message: result.message, currencies: result.currencies });
        default:
          return unexpected(result);
      }
    },

    async releaseReservation(orderId, call) {
      const answer = await askInventory(ReleaseReservationDocument, { orderId }, call);
      return answer.outcome === 'unknown' ? answer : { outcome: 'done', state: answer.data.releaseReservation };
    },

    async commitReservation(orderId, call) {
      const answer = await askInventory(CommitReservationDocument, { orderId }, call);
      return answer.outcome === 'unknown' ? answer : { outcome: 'done', state: answer.data.commitReservation };
    },

    close: () => transport.close(),
  };
}

const refused = (refusal: Refusal): ReserveAnswer => ({ outcome: 'refused', refusal });

/** A newer inventory may answer with a type that this build doesn't know. It can't be handled as a refusal. */
const unexpected = (result: never): UnknownOutcome => unknown(`inventory answered ${JSON.stringify(result)}`);
