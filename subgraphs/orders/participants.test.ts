import { type IncomingHttpHeaders, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../../runtime/log.ts';
import { createSigner, createVerifier } from '../../runtime/token.ts';
import { until } from '../../tests/harness.ts';
import { type Call, type UnknownOutcome, createParticipants } from './participants.ts';
import { refusalError } from './refusals.ts';

/** How a faulty participant answers one request. */
type Fault = (response: ServerResponse) => void;

interface Asked {
  headers: IncomingHttpHeaders;
  body: { query: string; variables: Record<string, unknown> };
}

const answers =
  (body: object, status = 200): Fault =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const data = (body: object): Fault => answers({ data: body });
const breaksOff: Fault = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"data":', () => response.destroy());
};
const staysSilent: Fault = () => undefined;

/** A server that answers each request by the next fault, and all further ones by the last. */
async function startFaulty(...faults: Fault[]) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const fault = faults[Math.min(asked.length, faults.length - 1)];
      asked.push({ headers: request.headers, body: JSON.parse(text) as Asked['body'] });
      fault?.(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  const participants = createParticipants({ customers: url, inventory: url }, null);
  return {
    ...participants,
    asked,
    url,
    async [Symbol.asyncDispose]() {
      await participants.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const log = createLogger({ name: 'orders', level: 'silent', production: true });
const call = (inMs = 30_000, actor: string | null = null): Call => ({
  requestId: 'r1',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  deadline: Date.now() + inMs,
  actor,
  log,
});
const ORDER = '1'.repeat(24);
const LINES = [{ productId: 'a'.repeat(24), quantity: 2 }];

describe('a definite answer', () => {
  it('tells whether a customer exists', async () => {
    await using participant = await startFaulty(data({ customer: { id: 'c' } }), data({ customer: null }));
    expect(await participant.findCustomer('c', call())).toEqual({ outcome: 'found' });
    expect(await participant.findCustomer('c', call())).toEqual({ outcome: 'missing' });
    expect(participant.asked).toHaveLength(2);
  });

  it('carries the snapshots of what was reserved', async () => {
    const line = { ...LINES[0], sku: 'TEA-1', name: 'Tea', unitPrice: { amount: 250, currency: 'EUR' } };
    await using participant = await startFaulty(data({ reserveStock: { __typename: 'Reservation', lines: [line] } }));
    expect(await participant.reserveStock(ORDER, LINES, call())).toEqual({
      outcome: 'reserved',
      items: [{ ...LINES[0], sku: 'TEA-1', productName: 'Tea', unitPrice: { amount: 250, currency: 'EUR' } }],
    });
    expect(participant.asked[0]?.body.variables).toEqual({ orderId: ORDER, lines: LINES });
  });

  it.each([
    [
      { __typename: 'ProductNotFoundError', message: 'm', productIds: ['p'] },
      { reason: 'PRODUCT_NOT_FOUND', message: 'm', productIds: ['p'] },
    ],
    [
      {
        __typename: 'InsufficientStockError',
        message: 'm',
        shortages: [{ productId: 'p', requested: 2, available: 1 }],
      },
      { reason: 'INSUFFICIENT_STOCK', message: 'm', shortages: [{ productId: 'p', requested: 2, available: 1 }] },
    ],
    [
      { __typename: 'MixedCurrencyError', message: 'm', currencies: ['EUR', 'USD'] },
      { reason: 'MIXED_CURRENCY', message: 'm', currencies: ['EUR', 'USD'] },
    ],
  ])('is a refusal with all its details: $__typename', async (answered, refusal) => {
    await using participant = await startFaulty(data({ reserveStock: answered }));
    expect(await participant.reserveStock(ORDER, LINES, call())).toEqual({ outcome: 'refused', refusal });
    expect(participant.asked).toHaveLength(1);
  });

  it('says that a reservation is over, and its state after a release or a commit', async () => {
    await using participant = await startFaulty(
      data({ reserveStock: { __typename: 'ReservationClosed', state: 'RELEASED' } }),
      data({ releaseReservation: 'RELEASED' }),
      data({ commitReservation: null }),
    );
    expect(await participant.reserveStock(ORDER, LINES, call())).toEqual({ outcome: 'closed', state: 'RELEASED' });
    expect(await participant.releaseReservation(ORDER, call())).toEqual({ outcome: 'done', state: 'RELEASED' });
    expect(await participant.commitReservation(ORDER, call())).toEqual({ outcome: 'done', state: null });
  });
});

describe('customers that are looked up at the same time', () => {
  const [ada = '', bob = '', nobody = ''] = ['a', 'b', 'c'].map((digit) => digit.repeat(24));
  const variablesOf = ({ asked }: { asked: Asked[] }) => asked.map(({ body }) => body.variables);

  it('share a call, which asks for each of them once', async () => {
    await using participant = await startFaulty(data({ _entities: [{ id: ada }, null, { id: bob }] }));
    const answers = await Promise.all(
      [ada, nobody, 'no id', ada, bob].map((id) => participant.findCustomer(id, call())),
    );
    expect(answers.map(({ outcome }) => outcome)).toEqual(['found', 'missing', 'missing', 'found', 'found']);
    const representations = [ada, nobody, bob].map((id) => ({ __typename: 'Customer', id }));
    expect(variablesOf(participant)).toEqual([{ representations }]);
  });

  it('are looked up alone, each in the time that its order has left, if the shared call gives no answer', async () => {
    await using participant = await startFaulty(staysSilent, data({ customer: { id: ada } }));
    const answers = await Promise.all([
      participant.findCustomer(ada, call()),
      participant.findCustomer(bob, call(150)),
    ]);
    expect(answers.map(({ outcome }) => outcome)).toEqual(['found', 'unknown']);
    expect(variablesOf(participant).slice(1)).toEqual([{ id: ada }]);
  });

  it('do not wait for long for one that hangs', async () => {
    await using participant = await startFaulty(staysSilent, data({ customer: { id: bob } }));
    const hanging = participant.findCustomer(ada, call(1000));
    await until('the first call has been sent', async () => participant.asked.length === 1);
    expect(await participant.findCustomer(bob, call(600))).toEqual({ outcome: 'found' });
    expect((await hanging).outcome).toBe('unknown');
  });

  it('do not share a call that can be ended before its deadline, as that of recovery can', async () => {
    await using participant = await startFaulty(data({ customer: { id: ada } }));
    const stoppable = { ...call(), signal: new AbortController().signal };
    await Promise.all([participant.findCustomer(ada, call()), participant.findCustomer(ada, stoppable)]);
    expect(variablesOf(participant)).toEqual([{ id: ada }, { id: ada }]);
  });
});

describe('an unknown outcome', () => {
  const away: [string, Fault][] = [
    ['refuses work', answers({ errors: [{ message: 'Too many requests at once.' }] }, 503)],
    ['breaks off in mid-body', breaksOff],
    [
      'answers null and an error',
      answers({ data: { customer: null }, errors: [{ message: 'The database is unavailable.' }] }),
    ],
    ['answers no data', data({})],
    ['answers no JSON', (response) => response.writeHead(200).end('<html>')],
  ];

  it.each(away)('is followed by one retry when the participant %s', async (_, fault) => {
    await using participant = await startFaulty(fault, data({ customer: { id: 'c' } }));
    expect(await participant.findCustomer('c', call())).toEqual({ outcome: 'found' });
    expect(participant.asked).toHaveLength(2);
  });

  it.each(away)('stays unknown when it %s again', async (_, fault) => {
    await using participant = await startFaulty(fault);
    expect((await participant.findCustomer('c', call())).outcome).toBe('unknown');
    expect(participant.asked).toHaveLength(2);
  });

  it('is also what a refusal of an unknown type counts as', async () => {
    await using participant = await startFaulty(data({ reserveStock: { __typename: 'SoldOutForGoodError' } }));
    expect((await participant.reserveStock(ORDER, LINES, call())).outcome).toBe('unknown');
  });

  it('is reported at the deadline when a participant never answers', async () => {
    await using participant = await startFaulty(staysSilent);
    expect((await participant.reserveStock(ORDER, LINES, call(150))).outcome).toBe('unknown');
    expect(participant.asked).toHaveLength(1);
  });

  it('is reported without a request when no time is left', async () => {
    await using participant = await startFaulty(data({ customer: null }));
    expect((await participant.findCustomer('c', call(-1))).outcome).toBe('unknown');
    expect(participant.asked).toHaveLength(0);
  });

  it('is reported when nothing listens at the address of a participant', async () => {
    const participant = await startFaulty(staysSilent);
    const gone = createParticipants({ customers: participant.url, inventory: participant.url }, null);
    await participant[Symbol.asyncDispose]();
    expect((await gone.findCustomer('c', call())).outcome).toBe('unknown');
    await gone.close();
  });
});

describe('the compiler', () => {
  it('rejects code that makes a refusal of an unknown outcome', () => {
    const outcome: UnknownOutcome = { outcome: 'unknown', reason: 'inventory: no time left' };
    // @ts-expect-error only a definite refusal is a typed error
    expect(refusalError(outcome)).toBeUndefined();
  });
});

describe('a call', () => {
  it('carries the request id, the trace, the remaining time, and the caller', async () => {
    await using participant = await startFaulty(data({ customer: null }));
    const secret = 's'.repeat(32);
    const signed = createParticipants(
      { customers: participant.url, inventory: participant.url },
      createSigner({ service: 'orders', secret }),
    );
    await signed.findCustomer('c', call(5000, 'ada'));
    await signed.close();
    const headers = participant.asked[0]?.headers;
    expect(headers).toMatchObject({ 'x-request-id': 'r1', traceparent: call().traceparent });
    const left = Number(headers?.['x-timeout-ms']);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(5000);
    expect(await createVerifier({ orders: secret })(headers?.authorization)).toEqual({
      service: 'orders',
      role: 'service',
      id: 'ada',
    });
  });
});
