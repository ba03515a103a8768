/**
 * The sample catalogue for an empty database. It is created through the subgraphs' GraphQL, so that it obeys the same
 * rules as other data. The customers and products are the same every time, except for their ids.
 */
import { createSigner } from '../runtime/token.ts';

const CUSTOMERS = [
  { name: 'Ada Lovelace', email: 'ada@example.com' },
  { name: 'Grace Hopper', email: 'grace@example.com' },
  { name: 'Alan Turing', email: 'alan@example.com' },
  { name: 'Katherine Johnson', email: 'katherine@example.com' },
];

const product = (sku: string, name: string, cents: number, initialStock: number, description: string) => ({
  sku,
  name,
  description,
  price: { amount: cents, currency: 'EUR' },
  initialStock,
  lowStockThreshold: 10,
});

const PRODUCTS = [
  product('MUG-BLUE', 'Enamel mug, blue', 1290, 120, 'Holds 350 ml; survives the dishwasher and the campfire.'),
  product('MUG-WHITE', 'Enamel mug, white', 1290, 80, 'Holds 350 ml; survives the dishwasher and the campfire.'),
  product('KETTLE-1L', 'Stovetop kettle', 4900, 35, 'One litre of stainless steel, with a whistle.'),
  product('FRENCH-PRESS', 'French press', 3450, 60, 'Borosilicate glass, 0.8 l, with a spare filter.'),
  product('GRINDER-HAND', 'Hand grinder', 7900, 25, 'Steel burrs; from espresso to French press.'),
  product('SCALE-COFFEE', 'Coffee scale with timer', 5490, 40, 'Weighs 2 kg to a tenth of a gram.'),
  product('BEANS-ETH-250', 'Ethiopia Guji, 250 g', 1150, 200, 'Washed; peach and jasmine. Roasted on Tuesdays.'),
  product('BEANS-COL-1000', 'Colombia Huila, 1 kg', 3690, 90, 'Washed; caramel and red apple. Roasted on Tuesdays.'),
  product('TEA-SENCHA-100', 'Sencha, 100 g', 890, 150, 'Spring harvest from Shizuoka.'),
  product('FILTER-V60-100', 'Paper filters, 100 pieces', 590, 500, 'Oxygen-bleached, for one to four cups.'),
  product('DRIPPER-V60', 'Ceramic dripper', 2290, 8, 'Spiral ribs, for one to four cups.'),
  product('TRAVEL-CUP', 'Travel cup, 0.4 l', 2750, 0, 'Double-walled and leakproof. Sold out until the next delivery.'),
];

/** The ids in the banner's examples. */
export interface Example {
  customerId: string;
  productId: string;
}

interface Subgraphs {
  /** The URLs of the two subgraphs' GraphQL. */
  customers: string;
  inventory: string;
  /** The secret that the gateway signs with. */
  secret: string;
}

/** Creates the sample if there are no customers and no products. Throws if a subgraph refuses a part of it. */
export async function loadSample(subgraphs: Subgraphs): Promise<void> {
  const ask = asStaff(subgraphs.secret);
  const [customers, products] = await Promise.all([
    ask(subgraphs.customers, '{ rows: customers(first: 1) { nodes { id } } }'),
    ask(subgraphs.inventory, '{ rows: products(first: 1) { nodes { id } } }'),
  ]);
  if (firstId(customers) !== undefined || firstId(products) !== undefined) return;

  // One by one, so that lists sorted by creation are the same every time.
  for (const input of CUSTOMERS) {
    await ask(
      subgraphs.customers,
      'mutation ($input: CreateCustomerInput!) { result: createCustomer(input: $input) { __typename } }',
      input,
    );
  }
  for (const input of PRODUCTS) {
    await ask(
      subgraphs.inventory,
      'mutation ($input: CreateProductInput!) { result: createProduct(input: $input) { __typename } }',
      input,
    );
  }
}

/** A customer and a product for the examples: the oldest ones; null if the database has none. */
export async function findExample(subgraphs: Subgraphs): Promise<Example | null> {
  const ask = asStaff(subgraphs.secret);
  const [customers, products] = await Promise.all([
    ask(subgraphs.customers, '{ rows: customers(last: 1) { nodes { id } } }'),
    ask(subgraphs.inventory, '{ rows: products(last: 1) { nodes { id } } }'),
  ]);
  const customerId = firstId(customers);
  const productId = firstId(products);
  return customerId === undefined || productId === undefined ? null : { customerId, productId };
}

interface Answer {
  data?: { rows?: { nodes: { id: string }[] }; result?: { __typename: string } } | null;
  errors?: { message: string }[];
}

const firstId = ({ data }: Answer): string | undefined => data?.rows?.nodes[0]?.id;

function asStaff(secret: string): (url: string, query: string, input?: object) => Promise<Answer> {
  const sign = createSigner({ service: 'gateway', secret });
  return async (url, query, input) => {
    const token = await sign({ role: 'staff', id: null });
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables: { input } }),
    });
    const answer = (await response.json()) as Answer;
    const refused = answer.errors?.[0]?.message ?? answer.data?.result?.__typename ?? '';
    if (refused !== '' && !refused.endsWith('Success')) {
      throw new Error(
        `The sample catalogue could not be loaded: ${JSON.stringify(input)} was answered with ${refused}.`,
      );
    }
    return answer;
  };
}
