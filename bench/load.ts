/** The load of the benchmarks: clients that each wait for an answer before they send the next request. */
import { performance } from 'node:perf_hooks';
import { Pool } from 'undici';
import type { Usage } from './program.ts';
import { quantile } from './ratios.ts';

export interface Load {
  requests: number;
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  cpuMsPerRequest: number;
  freedKbPerRequest: number;
}

/** Runs `ask` in `clients` closed loops for some seconds. Also returns what the process `of` has used for each request. */
export async function measure(
  ask: (client: number) => Promise<unknown>,
  { clients, seconds, of }: { clients: number; seconds: number; of?: { usage: () => Usage } },
): Promise<Load> {
  const before = of?.usage();
  const latencies: number[] = [];
  const start = performance.now();
  const end = start + seconds * 1000;
  const loop = async (client: number): Promise<void> => {
    for (let now = performance.now(); now < end;) {
      await ask(client);
      const then = performance.now();
      latencies.push(then - now);
      now = then;
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, client) => loop(client)));
  const took = performance.now() - start;
  const after = of?.usage();
  const requests = latencies.length;
  latencies.sort((a, b) => a - b);
  return {
    requests,
    perSecond: (requests * 1000) / took,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    cpuMsPerRequest: after && before ? (after.cpuMs - before.cpuMs) / requests : NaN,
    freedKbPerRequest: after && before ? (after.freedKb - before.freedKb) / requests : NaN,
  };
}

/** Posts JSON over kept-alive connections. */
export class Poster implements AsyncDisposable {
  readonly #pool: Pool;
  readonly #path: string;
  readonly #headers: Record<string, string>;

  constructor(url: string, connections: number, headers: Record<string, string> = {}) {
    const { origin, pathname } = new URL(url);
    this.#pool = new Pool(origin, { connections });
    this.#path = pathname;
    this.#headers = { 'content-type': 'application/json', accept: 'application/json', ...headers };
  }

  /** The answer's bytes. Throws for any status but 200. */
  post(body: string): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let status = 0;
      this.#pool.dispatch(
        { path: this.#path, method: 'POST', headers: this.#headers, body },
        {
          onRequestStart: () => undefined,
          onResponseStart(_controller, code) {
            status = code;
          },
          onResponseData(_controller, chunk) {
            chunks.push(chunk);
          },
          onResponseEnd() {
            const whole = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
            if (status === 200) resolve(whole);
            else reject(new Error(`status ${status}: ${whole.toString()}`));
          },
          onResponseError(_controller, error) {
            reject(error);
          },
        },
      );
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#pool.destroy();
  }
}
