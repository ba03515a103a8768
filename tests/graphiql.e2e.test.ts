/** GraphiQL in a real browser without internet. */
import { existsSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';
import { startSystem, until } from './harness.ts';

const CHROMIUM = [
  process.env['CHROMIUM_PATH'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find((path) => existsSync(path));

// CI must have a browser. Without one, the test fails there.
const canSkip = CHROMIUM === undefined && process.env['CI'] === undefined;
const itWithChromium = canSkip ? it.skip : it;
if (canSkip) console.warn('There is no Chromium, so GraphiQL is not tested: set CHROMIUM_PATH.');

async function openBrowser(): Promise<AsyncDisposable & { browser: Browser }> {
  const browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });
  return { browser, [Symbol.asyncDispose]: () => browser.close() };
}

itWithChromium(
  'GraphiQL runs a query, completes field names, and needs no internet',
  async () => {
    await using system = await startSystem({ start: ['database', 'customers', 'gateway'] });
    await using opened = await openBrowser();
    const page = await opened.browser.newPage();
    const asked: string[] = [];
    const faults: string[] = [];
    await page.route('**/*', (route) => {
      const url = route.request().url();
      const isLocal = url.startsWith(system.gateway.address) || /^(data|blob):/.test(url);
      if (!isLocal) asked.push(url);
      return isLocal ? route.continue() : route.abort();
    });
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });

    await page.goto(`${system.gateway.address}/graphiql`);
    const editor = page.locator('.graphiql-query-editor .view-lines');
    await editor.click({ timeout: 60_000 });
    expect(await editor.innerText()).toContain('sku');
    await page.keyboard.press('ControlOrMeta+a');
    // The editor closes the braces by itself.
    await page.keyboard.type('{ customers { totalCount');
    await page.keyboard.press('ControlOrMeta+Enter');
    const response = page.locator('.graphiql-response .view-lines');
    await until('the result is there', async () => /"totalCount":\s0/.test(await response.innerText()));

    // The schema has been loaded, and the language worker knows the fields of the API.
    await editor.click();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('{ cust');
    await page.locator('.suggest-widget').getByText('customers').first().waitFor();
    await until('all workers run', async () => page.workers().length >= 2);
    const workers = page.workers().map((worker) => worker.url().slice(system.gateway.address.length));
    expect(workers).toContain('/graphiql/graphql.worker.js');

    expect(asked).toEqual([]);
    expect(faults).toEqual([]);
  },
  180_000,
);
