// SPDX-License-Identifier: Apache-2.0
// A visitor's browser for the tests of the console: Debian's chromium, drawing in software, with
// every fault of the page gathered.

import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Null where no browser is installed: the tests are then skipped. */
export const CHROMIUM: string | null =
  process.env['CHROMIUM'] ?? PLACES.find((path) => existsSync(path)) ?? null;

const SOFTWARE = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
];

export function launchBrowser(options: { readonly webgl?: boolean } = {}): Promise<Browser> {
  if (CHROMIUM === null) throw new Error('no chromium: npm test installs one where it may');
  const args =
    options.webgl === false
      ? [...SOFTWARE.slice(0, 6), '--disable-gpu', '--disable-3d-apis']
      : SOFTWARE;
  return chromium.launch({ executablePath: CHROMIUM, args });
}

export interface Visit {
  readonly page: Page;
  /** Errors of the page's console and scripts, and requests to anywhere but its own node. */
  readonly faults: readonly string[];
}

/** Opens a console at `url` and waits until its picture stands. */
export async function visit(
  browser: Browser,
  url: string,
  size: { readonly width: number; readonly height: number } = { width: 1366, height: 768 },
): Promise<Visit> {
  const context = await browser.newContext({ viewport: size, reducedMotion: 'reduce' });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    // A stream that breaks when its node is killed is what the test did.
    if (message.type() === 'error' && !/net::ERR_/.test(message.text()))
      faults.push(message.text());
  });
  page.on('request', (request) => {
    const own = request.url().startsWith(new URL(url).origin);
    if (!own && !/^(data|blob):/.test(request.url())) faults.push(`asks ${request.url()}`);
  });
  await page.goto(url);
  await page.waitForSelector('[data-ready="true"]', { timeout: 60_000 });
  return { page, faults };
}
