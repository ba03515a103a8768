/** The pages of development besides GraphiQL: a front page at /, and Apollo Sandbox at /graphql. */
import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';
import type { FastifyInstance } from 'fastify';

export interface Pages {
  /** Whether GraphiQL is installed, so that pages may link to it. */
  graphiql: boolean;
}

const frontPage = (graphiql: boolean): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>Order management supergraph</title>
    <link rel="icon" href="data:," />
    <style>
      :root { color-scheme: light dark; }
      body { font: 1rem/1.6 system-ui, sans-serif; margin: 3rem auto; max-width: 40rem; padding: 0 1rem; }
      dt { font-weight: 600; }
      dd { margin: 0 0 1rem; }
    </style>
  </head>
  <body>
    <h1>Order management supergraph</h1>
    <p>One GraphQL API over customers, inventory and orders. Programs call it by POST at <code>/graphql</code>.</p>
    <dl>${graphiql ? GRAPHIQL : ''}
      <dt><a href="graphql">Apollo Sandbox</a></dt>
      <dd>Apollo's explorer of the schema and its operations, which is loaded from the internet.</dd>
      <dt><a href="https://www.apollographql.com/docs/federation/">Apollo Federation</a></dt>
      <dd>How one API is composed from several subgraphs. What this one can do stands in its README.</dd>
      <dt><a href="health/ready">Health</a></dt>
      <dd>Whether the gateway can serve requests.</dd>
    </dl>
  </body>
</html>
`;

const GRAPHIQL = `
      <dt><a href="graphiql">GraphiQL</a></dt>
      <dd>Explore the schema and run operations. Works offline.</dd>`;

/** The front page needs nothing but its own style. */
const FRONT_PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'";

/** Adds GET /. */
export function registerFrontPage(app: FastifyInstance, { graphiql }: Pages): void {
  app.get('/', (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', FRONT_PAGE_POLICY)
      .send(frontPage(graphiql)),
  );
}

/** The message that Apollo's page shows while Sandbox loads, and keeps if it can't load. */
const OFFLINE = 'Apollo Sandbox cannot be loaded; it appears that you might be offline.';

/** Apollo Sandbox at /graphql for browsers. Its page links to GraphiQL for use offline. */
export function sandbox({ graphiql }: Pages): ApolloServerPlugin {
  const apollo = ApolloServerPluginLandingPageLocalDefault({ embed: { runTelemetry: false }, footer: false });
  return {
    async serverWillStart(service) {
      const listener = await apollo.serverWillStart?.(service);
      const page = await listener?.renderLandingPage?.();
      if (page === undefined) throw new Error('@apollo/server has no landing page.');
      return {
        async renderLandingPage() {
          const html = typeof page.html === 'string' ? page.html : await page.html();
          const hint = ' <a href="graphiql">GraphiQL</a> works offline.';
          return { html: graphiql ? html.replace(OFFLINE, OFFLINE + hint) : html };
        },
      };
    },
  };
}
