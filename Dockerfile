# One image for every process of the supergraph; docker-compose.yml says which one a container runs.

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# tsx runs the TypeScript as it is, so there is nothing to build. The packages' own dependencies (devdb's, for one) stay out.
RUN npm ci --omit=dev --workspaces=false --no-audit --no-fund

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json tsconfig.json ./
COPY runtime runtime
COPY schema schema
COPY subgraphs subgraphs
COPY gateway gateway
# The client's operations, for TRUSTED_DOCUMENTS.
COPY packages/client/manifest.json packages/client/manifest.json
USER node
# Compose names the process: gateway/main.ts or subgraphs/<name>/main.ts. Exec form, so that SIGTERM reaches node.
ENTRYPOINT ["node", "--import", "tsx"]
CMD ["--max-semi-space-size=64", "gateway/main.ts"]
