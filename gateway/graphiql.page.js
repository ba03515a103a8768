// The page of GraphiQL: bundled for the browser by graphiql.ts, never run by Node.
import 'graphiql/style.css';
import { GraphiQL } from 'graphiql';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

// Monaco, the editor inside GraphiQL, does its work in web workers and asks here for each of them.
const workers = { json: 'json.worker.js', graphql: 'graphql.worker.js' };
globalThis.MonacoEnvironment = {
  getWorker: (_id, label) => new Worker(`graphiql/${workers[label] ?? 'editor.worker.js'}`),
};

const root = document.getElementById('graphiql');
const fetcher = async (params, { headers } = {}) => {
  const response = await fetch(root.dataset.endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
    body: JSON.stringify(params),
  });
  return response.json();
};

const defaultQuery = root.dataset.query;
createRoot(root).render(createElement(GraphiQL, { fetcher, defaultQuery, defaultEditorToolsVisibility: 'variables' }));
