/**
 * Who is asking: checks the token that a person's request carries. Only here are users' tokens looked at; subgraphs are told
 * the outcome inside the gateway's own token (runtime/token.ts).
 */
import { type JWTPayload, type JWTVerifyGetKey, createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { Role } from '../runtime/caller.ts';
import { LruMap } from '../runtime/lru.ts';
import { textProblem } from '../runtime/text.ts';

/** A person, as far as the gateway knows. */
export interface User {
  role: Exclude<Role, 'service'>;
  /** The token's subject: for a customer, the customer's id. Null for those who gave no token. */
  id: string | null;
  /** What the token allows besides, for supergraphs that ask for scopes. Absent: nothing. */
  scopes?: ReadonlySet<string> | 'all';
}

export type Authentication =
  | { ok: true; user: User }
  /** `invalid`: the token is no good. `unavailable`: nobody could tell, because the keys can't be fetched. */
  | { ok: false; reason: 'invalid' | 'unavailable'; message: string };

/** Reads an `authorization` header. Never throws. No header is no fault: it is an anonymous request. */
export type Authenticator = (authorization: string | undefined) => Promise<Authentication>;

export interface AuthOptions {
  /** A JWKS document's URL (asymmetric keys, rotated by their `kid`) or one secret for HS256. */
  key: { jwksUrl: string } | { secret: string };
  /** What `iss` and `aud` must be; anything goes where they are left out. */
  issuer?: string;
  audience?: string;
}

const ANONYMOUS: User = { role: 'anonymous', id: null };
/** Everybody, in development without any settings. */
const OPEN: User = { role: 'staff', id: null, scopes: 'all' };

/** How many tokens are not checked again, and for how long: a key that is withdrawn goes on being good for so long. */
const KEPT_TOKENS = 10_000;
const KEPT_MS = 30_000;
/** How far the clocks of two machines may be apart. */
const CLOCK_TOLERANCE_S = 5;
/** Asymmetric ones alone: with an HMAC among them, a public key could pass for a secret. */
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

/** Lets everybody in as staff, whatever the header says. */
export const openToAll: Authenticator = () => Promise.resolve({ ok: true, user: OPEN });

/** Lets people in by a JWT (RFC 7519) with `sub`, `exp` and `role`: `staff` or `customer`. */
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
    const known = proven.get(token);
    if (known !== undefined && known.until > Date.now()) return known.authentication;
    try {
      const { payload } = await jwtVerify(token, key, rules);
      const authentication = userOf(payload);
      const expires = ((payload.exp ?? 0) + CLOCK_TOLERANCE_S) * 1000;
      proven.set(token, { authentication, until: Math.min(expires, Date.now() + KEPT_MS) });
      return authentication;
    } catch (error) {
      return isTokensFault(error)
        ? invalid(error instanceof errors.JWTExpired ? 'The token has expired.' : 'The token is not valid.')
        : { ok: false, reason: 'unavailable', message: 'Tokens cannot be checked at the moment. Try again.' };
    }
  };
}

const invalid = (message: string): Authentication => ({ ok: false, reason: 'invalid', message });

/** @param payload what was signed: of its claims only the dates are sure to have the types that jose gives them */
function userOf({ sub, role, scope }: Omit<JWTPayload, 'sub'> & { sub?: unknown }): Authentication {
  // JWTs are JSON, and jose checks the types of dates alone: RFC 7519 (section 4.1.2) wants text here.
  if (typeof sub !== 'string' || sub === '' || textProblem(sub) !== null) return invalid('The token names nobody.');
  if (role !== 'staff' && role !== 'customer') return invalid('The token names no role that is known here.');
  if (scope === undefined) return { ok: true, user: { role, id: sub } };
  if (typeof scope !== 'string') return invalid('The scope of the token is no text.');
  // RFC 8693, section 4.2: scopes are separated by spaces.
  return { ok: true, user: { role, id: sub, scopes: new Set(scope.split(' ')) } };
}

function keyOf(key: AuthOptions['key']): [JWTVerifyGetKey, string[]] {
  if ('jwksUrl' in key) return [createRemoteJWKSet(new URL(key.jwksUrl)), JWKS_ALGORITHMS];
  const secret = new TextEncoder().encode(key.secret);
  return [() => Promise.resolve(secret), ['HS256']];
}

/** The remaining errors come from fetching the keys. */
const isTokensFault = (error: unknown): boolean =>
  error instanceof errors.JWTExpired ||
  error instanceof errors.JWTClaimValidationFailed ||
  error instanceof errors.JWTInvalid ||
  error instanceof errors.JWSInvalid ||
  error instanceof errors.JWSSignatureVerificationFailed ||
  error instanceof errors.JOSEAlgNotAllowed ||
  error instanceof errors.JOSENotSupported ||
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWKSMultipleMatchingKeys;
