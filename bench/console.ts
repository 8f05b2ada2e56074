// SPDX-License-Identifier: Apache-2.0
// What the console costs: bytes of script, time to the first picture, and the main thread's time
// with 2,000 moving objects a second. Real server, real page, Debian's chromium drawing in software.
// Drawing (animation frames, layout, paint) is left out of the last figure and told beside it: it is
// the browser's and the graphics card's, and here a processor stands in for the card.

import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { addSeconds, ecefFromGeodetic, geodeticFromDegrees, instantFromIso } from '@isthmus/earth';
import { type ConsoleServer, startConsoleServer } from '@isthmus/node/adapters';
import type { ConsoleSide, FeedTick, PictureEvent, Warning } from '@isthmus/picture';
import type { Browser, CDPSession } from 'playwright-core';
import { commitOf, ROOT } from '../apps/cli/src/repository.ts';
import { launchBrowser, visit } from '../tests/console/browser.ts';
import { probeMachine } from './probe.ts';

const OBJECTS = 2000;
/** Of them, those that are warned of: an order more than any exercise here. */
const WARNED = 20;
const MEASURED_S = 20;
const ROUNDS = 5;
const START = instantFromIso('2012-06-01T09:00:00Z');
const SIDE: ConsoleSide = {
  side: 'west',
  partner: 'east',
  mode: 'exercise',
  agreement: null,
  sensors: [],
  build: 'bench',
};
const DIST = join(ROOT, 'apps/console/dist');

export async function benchConsole(): Promise<unknown> {
  const server = await startConsoleServer({
    side: SIDE,
    speed: 1,
    address: { host: '127.0.0.1', port: 0 },
    folder: DIST,
    onFault: (text) => process.stderr.write(`${text}\n`),
  });
  server.take(tickAt(0));
  const browser = await launchBrowser();
  try {
    const firstPictureMs: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      firstPictureMs.push(await firstPicture(browser, server));
    }
    return {
      bench: 'console',
      commit: commitOf(),
      machine: probeMachine(availableParallelism()),
      scriptGzipBytes: scriptBytes(),
      firstPictureMs: median(firstPictureMs),
      objects: OBJECTS,
      ...(await mainThread(browser, server)),
    };
  } finally {
    await browser.close();
    await server.close();
  }
}

/** All script of the page, workers left out: they come with the globe and run beside the page. */
function scriptBytes(): number {
  const assets = join(DIST, 'assets');
  return readdirSync(assets)
    .filter((name) => name.endsWith('.js'))
    .reduce(
      (sum, name) => sum + gzipSync(readFileSync(join(assets, name)), { level: 9 }).length,
      0,
    );
}

/** From the page's load event to the globe's first picture, milliseconds. */
async function firstPicture(browser: Browser, server: ConsoleServer): Promise<number> {
  const { page } = await visit(browser, server.url);
  const ms = await page.evaluate<number>(
    'performance.now() - performance.getEntriesByType("navigation")[0].loadEventEnd',
  );
  await page.context().close();
  return Math.round(ms);
}

/** Milliseconds a second. */
interface MainThread {
  readonly mainThreadMsPerS: number;
  readonly drawingMsPerS: number;
}

async function mainThread(browser: Browser, server: ConsoleServer): Promise<MainThread> {
  const { page } = await visit(browser, server.url);
  const feeding = new AbortController();
  const fed = feed(server, feeding.signal);
  // The list, the map and the compiler have settled.
  await sleep(10_000);
  const cdp = await page.context().newCDPSession(page);
  const trace = await traced(cdp, MEASURED_S * 1000);
  feeding.abort();
  await fed;
  await page.context().close();
  return trace;
}

async function feed(server: ConsoleServer, signal: AbortSignal): Promise<void> {
  for (let second = 1; !signal.aborted; second += 1) {
    server.take(tickAt(second));
    await sleep(1000, undefined, { signal }).catch(() => {});
  }
}

/** Every object moves every second; the warned ones are launches, the others pass in orbit. */
function tickAt(second: number): FeedTick {
  const at = addSeconds(START, second);
  const events = Array.from({ length: OBJECTS }, (_, i) => eventAt(i, second));
  return {
    kind: 'tick',
    at,
    own: { at, events },
    ownWarnings: events.slice(0, WARNED).map(warningOf),
    system: { at, events: [] },
    systemWarnings: [],
    partner: { at, events: [] },
    joins: [],
    reports: [],
    outlooks: [],
    explained: [],
    sensors: [],
    link: 'up',
    counts: { released: second, withheld: 0, received: 0, refused: 0 },
    recording: true,
  };
}

/** Spread over the Earth, each going east at seven kilometres a second. */
function eventAt(i: number, second: number): PictureEvent {
  const at = addSeconds(START, second);
  const point = geodeticFromDegrees((i % 120) - 60, ((i * 7.3 + second * 0.06) % 360) - 180, 400e3);
  const [x, y, z] = ecefFromGeodetic(point);
  const covariance = Array.from({ length: 21 }, (_, k) => ([0, 6, 11].includes(k) ? 1e4 : 0));
  return {
    id: `e${i}`,
    category: i < WARNED ? 'launch' : 'space-object',
    launch: null,
    objects: [
      {
        id: `o${i}`,
        tracks: [],
        phase: 'coast',
        estimate: { time: at, state: [x, y, z, 0, 0, 7000], covariance },
        lastSeen: at,
        coastSeenS: second,
      },
    ],
    evidence: [
      { party: 'own', source: 'radar', sensors: [], firstSeen: START, lastSeen: START, looks: 9 },
    ],
    firstSeen: START,
    lastSeen: START,
  };
}

function warningOf(event: PictureEvent): Warning {
  return {
    id: `w-${event.id}`,
    event: event.id,
    stage: 'cue',
    basis: 'single-radar',
    history: [{ stage: 'cue', at: START, because: 'Made up for a measurement.' }],
    assessment: 'undetermined',
    objectCountAtLeast: 1,
    launch: null,
    impact: { statement: 'none', because: 'launch not yet tracked' },
    evidence: event.evidence,
  };
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly dur?: number;
  /** Time of the processor, not of the clock: other work of the machine is not counted. */
  readonly tdur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly args: { readonly name?: string };
}

/** A task with one of these in it is a frame, and all of it is drawing. */
const FRAME = new Set(['FireAnimationFrame', 'BeginMainThreadFrame', 'Commit']);

/** Milliseconds of the page's main thread a second, with and without drawing. */
async function traced(cdp: CDPSession, forMs: number): Promise<MainThread> {
  const events: TraceEvent[] = [];
  cdp.on('Tracing.dataCollected', ({ value }) => {
    events.push(...(value as unknown as TraceEvent[]));
  });
  await cdp.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'devtools.timeline', '__metadata'] },
  });
  await sleep(forMs);
  const ended = new Promise<void>((resolve) => {
    cdp.once('Tracing.tracingComplete', () => resolve());
  });
  await cdp.send('Tracing.end');
  await ended;
  const main = busiestRenderer(events);
  const seconds = forMs / 1000;
  const sum = (list: readonly TraceEvent[]): number =>
    list.reduce((total, event) => total + (event.tdur ?? 0), 0) / 1000 / seconds;
  const frames = main.filter((event) => FRAME.has(event.name)).map((event) => event.ts);
  const tasks = main.filter((event) => event.name === 'ThreadControllerImpl::RunTask');
  const drawing = tasks.filter((task) => {
    const end = task.ts + (task.dur ?? 0);
    return frames.some((at) => at >= task.ts && at < end);
  });
  return {
    mainThreadMsPerS: round1(sum(tasks) - sum(drawing)),
    drawingMsPerS: round1(sum(drawing)),
  };
}

/** Events of the main thread of the renderer that worked most: the page's own. */
function busiestRenderer(events: readonly TraceEvent[]): TraceEvent[] {
  const mains = events.filter(
    (event) => event.name === 'thread_name' && event.args.name === 'CrRendererMain',
  );
  const busy = mains.map(({ pid, tid }) =>
    events.filter((event) => event.ph === 'X' && event.pid === pid && event.tid === tid),
  );
  return busy.sort((a, b) => b.length - a.length)[0] ?? [];
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function round1(value: number): number {
  return Math.round(value * 10) / 10;
}
