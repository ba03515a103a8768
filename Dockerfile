# One image for every process of the supergraph; docker-compose.yml says which one a container runs.

FROM node:22-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# tsx runs the TypeScript as it is, so there is nothing to build: the runtime dependencies are all that is needed.
RUN npm ci --omit=dev --no-audit --no-fund

FROM node:22-slim
ENV NODE_ENV=production HOST=0.0.0.0
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json tsconfig.json ./
COPY runtime runtime
COPY schema schema
COPY subgraphs subgraphs
COPY gateway gateway
COPY client client
USER node
# Compose names the process: gateway/index.ts or subgraphs/<name>/index.ts. Exec form, so that SIGTERM reaches node.
ENTRYPOINT ["node", "--import", "tsx"]
CMD ["--max-semi-space-size=64", "gateway/index.ts"]
