/**
 * Service tokens: short-lived JWTs (RFC 7519, HS256) by which a service proves who it is and says on whose behalf it asks.
 * Each service signs with a key of its own, which the services that it calls know.
 */
import { SignJWT, decodeJwt, jwtVerify } from 'jose';
import type { Caller, Role } from './caller.ts';

const LIFETIME_S = 60;
const REUSE_MS = 30_000;
const CACHE_SIZE = 10_000;
const AUDIENCE = 'subgraph';
const ROLES: readonly string[] = ['anonymous', 'customer', 'staff', 'service'] satisfies Role[];

const keyOf = (secret: string): Uint8Array => new TextEncoder().encode(secret);

/** A Map that forgets its oldest entries. */
function remember<T>(cache: Map<string, T>, key: string, value: T): T {
  if (cache.size >= CACHE_SIZE) {
    const oldest = cache.keys().next();
    if (!oldest.done) cache.delete(oldest.value);
  }
  cache.delete(key);
  cache.set(key, value);
  return value;
}

/** Gives the token for a person (or for the service itself); the same one again for half its life. */
export type Signer = (user: Pick<Caller, 'role' | 'id'>) => Promise<string>;

export function createSigner({ service, secret }: { service: string; secret: string }): Signer {
  const key = keyOf(secret);
  const cache = new Map<string, { token: Promise<string>; until: number }>();
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
    return remember(cache, who, { token, until: Date.now() + REUSE_MS }).token;
  };
}

/** The caller that an `authorization` header proves; null where it proves none. Never throws. */
export type Verifier = (authorization: string | undefined) => Promise<Caller | null>;

/** @param keys the secret of each service that may call, by the service's name */
export function createVerifier(keys: Record<string, string>): Verifier {
  const secrets = new Map(Object.entries(keys).map(([service, secret]) => [service, keyOf(secret)]));
  const cache = new Map<string, { caller: Caller; until: number }>();
  return async (authorization) => {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return null;
    const known = cache.get(token);
    if (known !== undefined && known.until > Date.now()) return known.caller;
    const caller = await verify(token, secrets).catch(() => null);
    if (caller === null) return null;
    return remember(cache, token, caller).caller;
  };
}

async function verify(
  token: string,
  secrets: Map<string, Uint8Array>,
): Promise<{ caller: Caller; until: number } | null> {
  // The issuer is read before it is proven, only to find the key that must prove it.
  const issuer = decodeJwt(token).iss ?? '';
  const secret = secrets.get(issuer);
  if (secret === undefined) return null;
  const { payload } = await jwtVerify(token, secret, { algorithms: ['HS256'], audience: AUDIENCE, issuer });
  const { role, sub, exp } = payload;
  if (typeof role !== 'string' || !ROLES.includes(role) || exp === undefined) return null;
  return {
    caller: { service: issuer, role: role as Role, id: sub === undefined || sub === '' ? null : sub },
    until: exp * 1000,
  };
}
