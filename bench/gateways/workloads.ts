/** The requests to the gateways: documents with the same meaning but different texts, and different variables. */

export interface Workload {
  name: string;
  /** The next request's body. */
  next: () => string;
}

/** How many texts a document has in the varied workloads. Every cache can hold as many. */
export const TEXTS = 256;

/** Pseudo-random numbers that are the same in every run (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shuffle(fields: readonly string[], random: () => number): string {
  const left = [...fields];
  const taken: string[] = [];
  while (left.length > 0) taken.push(...left.splice(Math.floor(random() * left.length), 1));
  return taken.join(' ');
}

const MONEY = '{ amount currency }';

function orderFields(n: number, random: () => number): string {
  const product = shuffle(['id', 'sku', `name${n}: name`, `price ${MONEY}`], random);
  const item = shuffle(['quantity', 'productName', `lineTotal ${MONEY}`, `product { ${product} }`], random);
  const customer = shuffle(['id', 'name', `email${n}: email`], random);
  return shuffle(
    [
      'id',
      `number${n}: number`,
      'status',
      'createdAt',
      `total ${MONEY}`,
      `customer { ${customer} }`,
      `items { ${item} }`,
    ],
    random,
  );
}

const ordersDocument = (n: number, first: number): string =>
  `query Orders${n}($from: DateTime) { orders(first: ${first}, filter: { createdFrom: $from }) { nodes { ${orderFields(n, createRandom(n))} } } }`;

function orderDocument(n: number): string {
  const customer = shuffle(['name', `email${n}: email`], createRandom(n));
  const fields = shuffle(
    [`number${n}: number`, 'status', `total ${MONEY}`, `customer { ${customer} }`],
    createRandom(-n),
  );
  return `query Order${n}($id: ID!) { order(id: $id) { ${fields} } }`;
}

const moment = (n: number): string => new Date(1_700_000_000_000 + (n % 1_000_000) * 1000).toISOString();
const orderId = (n: number): string => (3_000_000 + (n % 50)).toString(16).padStart(24, '0');

function varied(name: string, documentOf: (n: number) => string, variables: (n: number) => object): Workload {
  const documents = Array.from({ length: TEXTS }, (_, n) => JSON.stringify(documentOf(n)));
  let n = 0;
  return {
    name,
    next: () => {
      n++;
      return `{"query":${documents[n % TEXTS] ?? ''},"variables":${JSON.stringify(variables(n))}}`;
    },
  };
}

export function createWorkloads(): Workload[] {
  const same = JSON.stringify({ query: ordersDocument(0, 20), variables: { from: moment(0) } });
  let unseen = 1_000_000;
  return [
    varied(
      'varied',
      (n) => ordersDocument(n, 20),
      (n) => ({ from: moment(n) }),
    ),
    { name: 'identical', next: () => same },
    varied('small', orderDocument, (n) => ({ id: orderId(n) })),
    varied(
      'large',
      (n) => ordersDocument(n, 100),
      (n) => ({ from: moment(n) }),
    ),
    {
      name: 'never seen',
      next: () => JSON.stringify({ query: ordersDocument(unseen++, 20), variables: { from: moment(unseen) } }),
    },
  ];
}
