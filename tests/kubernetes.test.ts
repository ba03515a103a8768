import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { parse, parseAllDocuments } from 'yaml';
import { gatewaySettings } from '../gateway/env.ts';
import { SUBGRAPHS, SUBGRAPH_PORTS } from '../schema/subgraphs.ts';
import { subgraphSettings } from '../subgraphs/shared/env.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = (name: string): string => path.join(root, 'deploy/kubernetes', name);

interface Kustomization {
  resources: string[];
  configMapGenerator: { name: string; literals: string[] }[];
  secretGenerator: { name: string; envs: string[] }[];
}
interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
}
interface Deployment extends Manifest {
  spec: {
    selector: { matchLabels: Record<string, string> };
    template: {
      metadata: { labels: Record<string, string> };
      spec: { containers: { args: string[]; ports: { containerPort: number }[]; envFrom: EnvSource[] }[] };
    };
  };
}
interface EnvSource {
  secretRef?: { name: string };
  configMapRef?: { name: string };
}

const read = (file: string): string => readFileSync(folder(file), 'utf8');
const base = parse(read('base/kustomization.yaml')) as Kustomization;
const production = parse(read('production/kustomization.yaml')) as Kustomization;
const manifests = [
  ...base.resources.map((file) => `base/${file}`),
  ...production.resources.filter((file) => file.endsWith('.yaml')).map((file) => `production/${file}`),
].flatMap((file) => parseAllDocuments(read(file)).map((document) => document.toJS() as Manifest));
const deployments = manifests.filter(({ kind }) => kind === 'Deployment') as Deployment[];

/** What the compiler says of manifests as values of Kubernetes' types, which have no other fields. */
function problemsOf(values: readonly Manifest[]): string[] {
  const name = path.join(root, 'manifests.ts');
  const source = values
    .map(({ apiVersion, kind, ...rest }, n) => {
      const from = apiVersion.includes('/') ? apiVersion.replace('.k8s.io', '') : `core/${apiVersion}`;
      const value = JSON.stringify({ apiVersion, kind, ...rest });
      return `import type { ${kind} as K${String(n)} } from 'kubernetes-types/${from}';\nexport const v${String(n)}: K${String(n)} = ${value};`;
    })
    .join('\n');
  const options: ts.CompilerOptions = {
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    types: [],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  const host = ts.createCompilerHost(options);
  const withManifests: ts.CompilerHost = {
    ...host,
    fileExists: (file) => file === name || host.fileExists(file),
    getSourceFile: (file, ...args) =>
      file === name ? ts.createSourceFile(file, source, ts.ScriptTarget.ESNext) : host.getSourceFile(file, ...args),
  };
  return ts
    .getPreEmitDiagnostics(ts.createProgram([name], options, withManifests))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

describe('the Kubernetes manifests', () => {
  it('are valid, without a field that Kubernetes does not know', () => {
    expect(problemsOf(manifests)).toEqual([]);
    const misspelt = { ...manifests.find(({ kind }) => kind === 'Service'), specs: {} } as unknown as Manifest;
    expect(problemsOf([misspelt]).join()).toContain(`'"specs"' does not exist`);
  });

  it('are all listed in the kustomization', () => {
    const files = readdirSync(folder('base')).filter((file) => file !== 'kustomization.yaml');
    expect(base.resources.toSorted()).toEqual(files.sort());
  });

  it.each(['Deployment', 'Service', 'HorizontalPodAutoscaler', 'PodDisruptionBudget', 'NetworkPolicy'])(
    'have a %s for each process',
    (kind) => {
      const names = manifests.filter((manifest) => manifest.kind === kind).map(({ metadata }) => metadata.name);
      expect(names).toEqual(expect.arrayContaining([...SUBGRAPHS, 'gateway']));
    },
  );

  it('give each process its main, its port, only variables that it reads, and its own secrets', () => {
    const maps = [...base.configMapGenerator, ...production.configMapGenerator];
    const secrets = production.secretGenerator.map(({ name }) => name);
    for (const { metadata, spec } of deployments) {
      const [container] = spec.template.spec.containers;
      const isGateway = metadata.name === 'gateway';
      const { shape } = isGateway ? gatewaySettings : subgraphSettings;
      expect(spec.template.metadata.labels).toEqual(spec.selector.matchLabels);
      expect(container?.args.at(-1)).toBe(isGateway ? 'gateway/main.ts' : `subgraphs/${metadata.name}/main.ts`);
      const ports: Record<string, number> = { gateway: 4000, ...SUBGRAPH_PORTS };
      expect(container?.ports.map(({ containerPort }) => containerPort)).toEqual([ports[metadata.name]]);
      for (const { configMapRef, secretRef } of container?.envFrom ?? []) {
        const literals = maps.find(({ name }) => name === configMapRef?.name)?.literals ?? [];
        expect(Object.keys(shape)).toEqual(expect.arrayContaining(literals.map((literal) => literal.split('=')[0])));
        if (secretRef !== undefined) expect(secrets).toContain(secretRef.name);
        if (configMapRef !== undefined) expect(literals).not.toEqual([]);
      }
      const names = (container?.envFrom ?? []).flatMap(({ secretRef }) => secretRef?.name ?? []);
      expect(names).toEqual(isGateway ? ['gateway-key'] : ['gateway-key', 'orders-key', `${metadata.name}-database`]);
    }
  });
});
