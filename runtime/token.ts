/**
 * Service tokens: short-lived JWTs (RFC 7519, HS256) by which a service proves its identity and names the person on
 * whose behalf it calls. Each service signs with its own key, which the services that it calls know.
 */
import { SignJWT, decodeJwt, jwtVerify } from 'jose';
import type { Caller, Role } from './caller.ts';
import { LruMap } from './lru.ts';
import { textProblem } from './text.ts';

const LIFETIME_S = 60;
const REUSE_MS = 30_000;
const CACHE_SIZE = 10_000;
const AUDIENCE = 'subgraph';
const ROLES: readonly string[] = ['anonymous', 'customer', 'staff', 'service'] satisfies Role[];

const keyOf = (secret: string): Uint8Array => new TextEncoder().encode(secret);

/** Returns the token for a person (or for the service itself). Each token is reused for half its lifetime. */
export type Signer = (user: Pick<Caller, 'role' | 'id'>) => Promise<string>;

export function createSigner({ service, secret }: { service: string; secret: string }): Signer {
  const key = keyOf(secret);
  const cache = new LruMap<string, { token: Promise<string>; until: number }>(CACHE_SIZE);
  return ({ role, id }) => {
    const who = `${role}:${id ?? ''}`;
    const known = cache.get(who);
    if (known !== undefined && known.until > Date.now()) return known.token;
    const token = new SignJWT({ role })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(service)
      .setAudience(AUDIENCE)
      .setSubject(id ?? '')
      .setIssuedAt()
      .setExpirationTime(`${String(LIFETIME_S)}s`)
      .sign(key);
    cache.set(who, { token, until: Date.now() + REUSE_MS });
    return token;
  };
}

/** The caller that an `authorization` header proves; null if it proves none. Never throws. */
export type Verifier = (authorization: string | undefined) => Promise<Caller | null>;

/** @param keys the secret of each service that may call, by the service's name */
export function createVerifier(keys: Record<string, string>): Verifier {
  const secrets = new Map(Object.entries(keys).map(([service, secret]) => [service, keyOf(secret)]));
  const cache = new LruMap<string, { caller: Caller; until: number }>(CACHE_SIZE);
  return async (authorization) => {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return null;
    const known = cache.get(token);
    if (known !== undefined && known.until > Date.now()) return known.caller;
    const proven = await verify(token, secrets).catch(() => null);
    if (proven === null) return null;
    cache.set(token, proven);
    return proven.caller;
  };
}

async function verify(
  token: string,
  secrets: Map<string, Uint8Array>,
): Promise<{ caller: Caller; until: number } | null> {
  // The issuer is read before verification only to find the key.
  const issuer = decodeJwt(token).iss ?? '';
  const secret = secrets.get(issuer);
  if (secret === undefined) return null;
  const { payload } = await jwtVerify(token, secret, { algorithms: ['HS256'], audience: AUDIENCE, issuer });
  const { exp } = payload;
  // jose checks the types only of dates.
  const { role, sub = '' }: Record<string, unknown> = payload;
  if (typeof role !== 'string' || !ROLES.includes(role) || exp === undefined) return null;
  if (typeof sub !== 'string' || textProblem(sub) !== null) return null;
  return {
    caller: { service: issuer, role: role as Role, id: sub === '' ? null : sub },
    until: exp * 1000,
  };
}
