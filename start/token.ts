/**
 * `npm run token -- --role customer --sub <id>`: a token for trying out the API, signed with the gateway's AUTH_SECRET. It has
 * the issuer and audience of AUTH_ISSUER and AUTH_AUDIENCE, if they are set. Prints the token and nothing else.
 */
import { parseArgs } from 'node:util';
import { SignJWT } from 'jose';
import { ConfigError } from '../runtime/env.ts';
import { main } from '../runtime/process.ts';
import { tokenEnv } from './env.ts';

const USAGE = 'Usage: npm run token -- --role staff|customer --sub <id> [--hours 8]';

main('npm run token', async () => {
  const { role, sub, hours } = argumentsGiven();
  const { secret, issuer, audience } = tokenEnv();
  const token = new SignJWT({ role })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(sub)
    .setIssuedAt()
    .setExpirationTime(`${String(hours)} h`);
  if (issuer !== undefined) token.setIssuer(issuer);
  if (audience !== undefined) token.setAudience(audience);
  console.info(await token.sign(new TextEncoder().encode(secret)));
});

/** For a customer, `sub` is its id; for staff, the name that appears in the history of orders and stock. */
function argumentsGiven(): { role: string; sub: string; hours: number } {
  const { role, sub, hours } = read();
  const number = Number(hours);
  if ((role !== 'staff' && role !== 'customer') || !sub || !(number > 0)) throw new ConfigError([USAGE]);
  return { role, sub, hours: number };
}

function read() {
  const options = {
    role: { type: 'string' },
    sub: { type: 'string' },
    hours: { type: 'string', default: '8' },
  } as const;
  try {
    return parseArgs({ options }).values;
  } catch {
    throw new ConfigError([USAGE]);
  }
}
