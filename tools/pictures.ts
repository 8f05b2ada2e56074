// SPDX-License-Identifier: Apache-2.0
// `npm run pictures`: each ready-made scenario at its best moment, as both sides see it, in two
// sizes, into run/pictures; and docs/picture.png, the two sides side by side, for the README.
// `npm run pictures -- SCENARIO SECOND` makes those of one.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addSeconds, secondsBetween } from '@isthmus/earth';
import { type ConsoleServer, startConsoleServer } from '@isthmus/node/adapters';
import type { FeedNote, FeedTick } from '@isthmus/picture';
import type { Browser } from 'playwright-core';
import { type PreparedRun, prepareRun, readRun } from '../apps/cli/src/demo/prepare.ts';
import { runInProcess } from '../apps/cli/src/demo/run-in-process.ts';
import { ROOT } from '../apps/cli/src/repository.ts';
import { launchBrowser, visit } from '../tests/console/browser.ts';

/** Seconds from lift-off (of a day without one: from its start) at which there is most to see. */
const MOMENTS: Readonly<Record<string, number>> = {
  'black-sea': 420,
  'norwegian-sea': 650,
  'norwegian-sea-1000': 650,
  'hwasong-15': 640,
  'two-launches': 400,
  'quiet-day': 900,
  falcon: 540,
};

const SIZES = [
  { width: 1366, height: 768 },
  { width: 2560, height: 1440 },
] as const;

/** The README's picture: half of it each side. */
const README = { scenario: 'black-sea', width: 1280, height: 900 } as const;

const OUT = join(ROOT, 'run/pictures');

interface Recorded {
  readonly run: PreparedRun;
  readonly records: Readonly<Record<string, readonly (FeedTick | FeedNote)[]>>;
}

async function record(scenario: string, second: number): Promise<Recorded> {
  const whole = prepareRun(await readRun({ scenario }), 1);
  // What comes after the moment is not in the picture.
  const run = { ...whole, lastTick: addSeconds(whole.truth.liftoff, second) };
  const notes: Record<string, FeedNote[]> = {};
  const ticks: Record<string, readonly FeedTick[]> = {};
  await runInProcess(run, {
    onNote: (side, note) => {
      notes[side] = [...(notes[side] ?? []), note];
    },
    onTicks: (side, list) => {
      ticks[side] = list;
    },
  });
  // A turn's notes come before its tick.
  const rank = (one: FeedTick | FeedNote): number => (one.kind === 'note' ? 0 : 1);
  const records = run.sides.map(({ name }) => {
    const all = [...(notes[name] ?? []), ...(ticks[name] ?? [])];
    return [name, all.sort((a, b) => a.at - b.at || rank(a) - rank(b))] as const;
  });
  return { run, records: Object.fromEntries(records) };
}

/** A console of `side` as it was at `second`. */
async function serve(recorded: Recorded, side: string, second: number): Promise<ConsoleServer> {
  const { run, records } = recorded;
  const own = run.sides.find((one) => one.name === side);
  const partner = run.sides.find((one) => one.name !== side);
  const server = await startConsoleServer({
    side: {
      side,
      partner: partner?.name ?? null,
      mode: run.agreement.mode,
      agreement: { name: run.agreement.name, version: run.agreement.version },
      sensors: own?.sensors ?? [],
      build: 'pictures',
    },
    speed: 20,
    address: { host: '127.0.0.1', port: 0 },
    folder: join(ROOT, 'apps/console/dist'),
    onFault: (text) => process.stderr.write(`${text}\n`),
  });
  for (const one of records[side] ?? []) {
    if (secondsBetween(run.truth.liftoff, one.at) <= second) server.take(one);
  }
  return server;
}

async function shoot(
  browser: Browser,
  url: string,
  size: { readonly width: number; readonly height: number },
): Promise<Buffer> {
  const { page, faults } = await visit(browser, url, size);
  // The ground grows sharper after the first picture; a still one has no more requests under way.
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(size.width > 2000 ? 20_000 : 8000);
  const picture = await page.screenshot();
  for (const fault of faults) process.stderr.write(`${url}: ${fault}\n`);
  await page.context().close();
  return picture;
}

async function shootScenario(browser: Browser, scenario: string, second: number): Promise<void> {
  const recorded = await record(scenario, second);
  const halves: Buffer[] = [];
  for (const { name } of recorded.run.sides) {
    const server = await serve(recorded, name, second);
    for (const size of SIZES) {
      const file = join(OUT, `${scenario}-${name}-${size.width}x${size.height}.png`);
      writeFileSync(file, await shoot(browser, server.url, size));
      process.stdout.write(`${file}\n`);
    }
    if (scenario === README.scenario) halves.push(await shoot(browser, server.url, README));
    await server.close();
  }
  if (halves.length === 2) await writeReadmePicture(browser, halves);
}

async function writeReadmePicture(browser: Browser, halves: readonly Buffer[]): Promise<void> {
  const width = README.width * 2 + 16;
  const page = await browser.newPage({ viewport: { width, height: README.height } });
  const images = halves.map(
    (half) => `<img src="data:image/png;base64,${half.toString('base64')}">`,
  );
  await page.setContent(
    `<style>body{margin:0;background:#fff;display:flex;gap:16px}</style>${images.join('')}`,
  );
  const file = join(ROOT, 'docs/picture.png');
  await page.screenshot({ path: file });
  await page.close();
  process.stdout.write(`${file}\n`);
}

const [scenario, second] = process.argv.slice(2);
mkdirSync(OUT, { recursive: true });
const wanted =
  scenario === undefined ? MOMENTS : { [scenario]: Number(second ?? MOMENTS[scenario] ?? 0) };
const browser = await launchBrowser();
try {
  for (const [name, at] of Object.entries(wanted)) await shootScenario(browser, name, at);
} finally {
  await browser.close();
}
