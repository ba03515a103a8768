/**
 * Checks the user's token of a request. Only the gateway reads users' tokens; it passes the user on to subgraphs inside
 * its own service token (runtime/token.ts).
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type JWTPayload, type JWTVerifyGetKey, createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { Role } from '../runtime/caller.ts';
import { LruMap } from '../runtime/lru.ts';
import { textProblem } from '../runtime/text.ts';

/** The user who sent a request. */
export interface User {
  role: Exclude<Role, 'service'>;
  /** The token's subject: for a customer, the customer's id. Null for requests without a token. */
  id: string | null;
  /** The scopes that the token grants besides the role, for supergraphs with `@requiresScopes`. Absent: none. */
  scopes?: ReadonlySet<string> | 'all';
}

export type Authentication =
  | { ok: true; user: User }
  /** `invalid`: the token is refused. `unavailable`: it can't be checked, because the keys can't be fetched. */
  | { ok: false; reason: 'invalid' | 'unavailable'; message: string };

/** Reads an `authorization` header. Never rejects. Without a header, the request is anonymous. */
export type Authenticator = (authorization: string | undefined) => Promise<Authentication>;

export interface AuthOptions {
  /** A JWKS document's URL (asymmetric keys, rotated by their `kid`) or one secret for HS256. */
  key: { jwksUrl: string } | { secret: string };
  /** What `iss` and `aud` must be. They are not checked if left out. */
  issuer?: string;
  audience?: string;
}

/** The name under which a request keeps its authentication. */
const DECORATOR = 'authentication';

const ANONYMOUS: User = { role: 'anonymous', id: null };
/** Every caller, in development without settings. */
const OPEN: User = { role: 'staff', id: null, scopes: 'all' };

/** How many checked tokens are kept, and for how long. A revoked key stays valid this long. */
const KEPT_TOKENS = 10_000;
const KEPT_MS = 30_000;
/** How much the clocks of two machines may differ. */
const CLOCK_TOLERANCE_S = 5;
/** Asymmetric ones only: if HMAC were allowed, an attacker could sign with the public key as the secret (RFC 8725, section 2.1). */
const JWKS_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** Treats every caller as staff and ignores the header. */
export const openToAll: Authenticator = () => Promise.resolve({ ok: true, user: OPEN });

/** Accepts a JWT (RFC 7519) with `sub`, `exp` and `role`, which is `staff` or `customer`. */
export function createAuthenticator(options: AuthOptions): Authenticator {
  const [key, algorithms] = keyOf(options.key);
  const rules = {
    algorithms,
    clockTolerance: CLOCK_TOLERANCE_S,
    requiredClaims: ['sub', 'exp'],
    ...(options.issuer !== undefined && { issuer: options.issuer }),
    ...(options.audience !== undefined && { audience: options.audience }),
  };
  const proven = new LruMap<string, { authentication: Authentication; until: number }>(KEPT_TOKENS);
  return async (authorization) => {
    if (authorization === undefined || authorization === '') return { ok: true, user: ANONYMOUS };
    const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    if (token === undefined) return invalid('The authorization header must be `Bearer` and a token.');
    const kept = proven.get(token);
    if (kept !== undefined && kept.until > Date.now()) return kept.authentication;
    try {
      const { payload } = await jwtVerify(token, key, rules);
      const authentication = claimsToUser(payload);
      const expires = ((payload.exp ?? 0) + CLOCK_TOLERANCE_S) * 1000;
      proven.set(token, { authentication, until: Math.min(expires, Date.now() + KEPT_MS) });
      return authentication;
    } catch (error) {
      return isTokenProblem(error)
        ? invalid(error instanceof errors.JWTExpired ? 'The token has expired.' : 'The token is not valid.')
        : { ok: false, reason: 'unavailable', message: 'Tokens cannot be checked at the moment. Try again.' };
    }
  };
}

const invalid = (message: string): Authentication => ({ ok: false, reason: 'invalid', message });

/** @param payload the token's claims. Of their types, jose checks only those of dates */
function claimsToUser({ sub, role, scope }: Omit<JWTPayload, 'sub'> & { sub?: unknown }): Authentication {
  // RFC 7519, section 4.1.2: `sub` is a string.
  if (typeof sub !== 'string' || sub === '' || textProblem(sub) !== null) return invalid('The token has no subject.');
  if (role !== 'staff' && role !== 'customer') return invalid('The token has no role, or an unknown one.');
  if (scope === undefined) return { ok: true, user: { role, id: sub } };
  if (typeof scope !== 'string') return invalid('The scope of the token is not a string.');
  // RFC 8693, section 4.2: scopes are separated by spaces.
  return { ok: true, user: { role, id: sub, scopes: new Set(scope.split(' ')) } };
}

function keyOf(key: AuthOptions['key']): [JWTVerifyGetKey, string[]] {
  if ('jwksUrl' in key) return [createRemoteJWKSet(new URL(key.jwksUrl)), JWKS_ALGORITHMS];
  const secret = new TextEncoder().encode(key.secret);
  return [() => Promise.resolve(secret), ['HS256']];
}

/** Whether the error is about the token. All other errors come from fetching the keys. */
const isTokenProblem = (error: unknown): boolean =>
  error instanceof errors.JWTExpired ||
  error instanceof errors.JWTClaimValidationFailed ||
  error instanceof errors.JWTInvalid ||
  error instanceof errors.JWSInvalid ||
  error instanceof errors.JWSSignatureVerificationFailed ||
  error instanceof errors.JOSEAlgNotAllowed ||
  error instanceof errors.JOSENotSupported ||
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWKSMultipleMatchingKeys;

/** Prepares an app's requests for `authenticate`. */
export function registerAuthentication(fastify: FastifyInstance): void {
  fastify.decorateRequest(DECORATOR);
}

export async function authenticate(request: FastifyRequest, authenticator: Authenticator): Promise<void> {
  request.setDecorator<Authentication>(DECORATOR, await authenticator(request.headers.authorization));
}

/** Undefined for requests that `authenticate` has not seen, such as those for pages. */
export const authenticationOf = (request: FastifyRequest): Authentication | undefined =>
  request.getDecorator<Authentication | undefined>(DECORATOR);

/** The user of an authenticated request. Throws for any other. */
export function userOf(request: FastifyRequest): User {
  const authentication = authenticationOf(request);
  if (authentication?.ok !== true) throw new Error('The request has no user.');
  return authentication.user;
}
