/** The gateway as a process. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../runtime/env.ts';
import { createLogger } from '../runtime/log.ts';
import { serve } from '../runtime/serve.ts';
import { createSigner } from '../runtime/token.ts';
import { mainOfMany } from '../runtime/workers.ts';
import { createAuthenticator } from './auth.ts';
import { type Manifest, parseManifest } from './documents.ts';
import { gatewayEnv } from './env.ts';
import { createGateway } from './gateway.ts';

const OWN_SUPERGRAPH = fileURLToPath(new URL('../schema/supergraph.graphql', import.meta.url));
const EXAMPLE = new URL('example.graphql', import.meta.url);
const MANIFEST = new URL('../packages/client/manifest.json', import.meta.url);

mainOfMany('gateway', gatewayEnv, async (env) => {
  const log = createLogger({ name: 'gateway', level: env.logLevel, production: env.production });
  const supergraphPath = env.supergraphPath ?? OWN_SUPERGRAPH;
  const app = await createGateway({
    supergraphSdl: await readSupergraph(supergraphPath),
    urlOf: env.subgraphUrl,
    sign: env.signingKey === null ? null : createSigner({ service: 'gateway', secret: env.signingKey }),
    authenticate: env.auth && createAuthenticator(env.auth),
    executor: env.executor,
    explorable: !env.production,
    // The example fits only our own supergraph.
    example: env.supergraphPath === undefined ? await readFile(EXAMPLE, 'utf8') : null,
    maxInFlight: env.maxInFlight,
    bodyLimit: env.limits.bodyBytes,
    queryTimeoutMs: env.queryTimeoutMs,
    limits: env.limits,
    httpSecurity: {
      corsOrigins: env.corsOrigins,
      corsHeaders: env.corsHeaders,
      requestsPerMinute: env.limits.requestsPerMinute,
    },
    documents: {
      mode: env.trustedDocuments,
      manifest: env.trustedDocuments === 'off' ? new Map() : await readManifest(),
    },
    log,
  }).catch((error: unknown) => {
    // Names the file: it may be one of several.
    throw new ConfigError([`${supergraphPath} can't be served: ${messageOf(error)}`]);
  });
  await serve(app, { name: 'gateway', host: env.host, port: env.port, log });
});

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function readSupergraph(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new ConfigError([`SUPERGRAPH_PATH (${path}) can't be read: ${messageOf(error)}.`]);
  }
}

async function readManifest(): Promise<Manifest> {
  try {
    return parseManifest(await readFile(MANIFEST, 'utf8'));
  } catch (error) {
    throw new ConfigError([`TRUSTED_DOCUMENTS can't be read: ${messageOf(error)}.`]);
  }
}
