// SPDX-License-Identifier: Apache-2.0
// What a partner at its full budget costs own warnings (rule 1 of the border): a live side with its
// own files, threads and clock, once with a partner that is silent and once with one that sends all
// the link takes. The own sky is the same both times: one launch after the other, each seen by an
// infrared sensor of its own, a copy of the first turned about the Earth's axis.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { addSeconds, type Instant, instant, secondsBetween } from '@isthmus/earth';
import { sensorsOf } from '@isthmus/node';
import type { FeedRecord, Plot } from '@isthmus/picture';
import { type PreparedRun, plotsOf, prepareRun, readRun } from '../apps/cli/src/demo/prepare.ts';
import { provision } from '../apps/cli/src/demo/provision.ts';
import { freePort } from '../apps/cli/src/demo/run-processes.ts';
import { commitOf } from '../apps/cli/src/repository.ts';
import { openSide } from '../apps/cli/src/side/open-side.ts';
import { probeMachine } from './probe.ts';

const LAUNCHES = 60;
/** Seconds from one launch to the next. */
const APART_S = 1.2;
/** The first cue comes about 64 s after lift-off; it should fall into the measured time. */
const BEGUN_S = 50;
const WARM_UP_S = 12;
const MEASURED_S = 40;
/** Runs of each kind, in turn; figures are their median. */
const ROUNDS = 3;

interface Measured {
  /** From a plot's arrival to the end of the telling of the own warnings of its turn, ms. */
  readonly delays: readonly number[];
  /** From the second a turn is due at to the same, ms. */
  readonly late: readonly number[];
  /** Items of the partner, taken and refused for its budgets. */
  readonly taken: number;
  readonly refused: number;
}

export async function benchFlood(): Promise<unknown> {
  const otherLoad = Math.round((loadavg()[0] ?? 0) * 10) / 10;
  const machine = probeMachine(availableParallelism());
  const rounds: Record<'quiet' | 'flood', Measured[]> = { quiet: [], flood: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const how of ['quiet', 'flood'] as const) rounds[how].push(await measure(how));
  }
  const figure = (how: 'quiet' | 'flood', of: (one: Measured) => number): number =>
    round2(median(rounds[how].map(of)));
  const delay = (one: Measured): number => p99(one.delays);
  const late = (one: Measured): number => p99(one.late);
  const perS = (of: (one: Measured) => number): number =>
    Math.round(figure('flood', of) / MEASURED_S);
  return {
    bench: 'flood',
    commit: commitOf(),
    machine: { ...machine, loadBefore: otherLoad },
    ownDelayUnderFlood: round2(figure('flood', delay) / figure('quiet', delay)),
    ownDelayMsP99: { quiet: figure('quiet', delay), flood: figure('flood', delay) },
    turnLateMsP99: { quiet: figure('quiet', late), flood: figure('flood', late) },
    samplesARun: Math.round(figure('flood', (one) => one.delays.length)),
    partnerItemsPerS: { taken: perS((one) => one.taken), refused: perS((one) => one.refused) },
  };
}

async function measure(how: 'quiet' | 'flood'): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'isthmus-bench-'));
  const start = addSeconds(instant(Math.ceil(Date.now() / 1000) * 1e6), 3);
  const run = sky(prepareRun(await readRun({ scenario: 'black-sea' }), 1), start);
  const configs = await provision(run, folder, await freePort(0));
  const [own, other] = run.sides;
  const feed = new Watch();
  const outputs = {
    onFeed: (record: FeedRecord) => feed.take(record),
    onDecision: () => {},
    onFault: fail,
  };
  const side = await openSide(configs[own.name] ?? '', outputs, { conducted: false });
  let partner: ChildProcess | null = null;
  try {
    await side.shell.start(start);
    partner = await startPartner(configs[other.name] ?? '', how, () => side.shell.tickAgain());
    const plots = plotsOf(own);
    const first = Math.ceil(Date.now() / 1000) * 1000;
    for (let turn = 0; turn <= WARM_UP_S + MEASURED_S; turn += 1) {
      const due = first + 1000 * turn;
      if (Date.now() < due) await sleep(due - Date.now());
      const at = instant(due * 1000);
      feed.begin(due, turn < WARM_UP_S ? [] : plots.filter(isOf(at)));
      if (turn === WARM_UP_S) feed.mark();
      await side.shell.turn(at, false);
    }
    return feed.measured();
  } finally {
    partner?.stdin?.end();
    if (partner !== null && partner.exitCode === null) await once(partner, 'exit');
    await side.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Plots of the second before a turn. */
function isOf(at: Instant): (plot: Plot) => boolean {
  return ({ arrival }) => arrival <= at && secondsBetween(arrival, at) < 1;
}

/** Notes when own warnings are told, and what the partner's items came to. */
class Watch {
  readonly #delays: number[] = [];
  readonly #late: number[] = [];
  #due = 0;
  #arrivals: readonly number[] = [];
  #told: number | null = null;
  #counts = { received: 0, refused: 0 };
  #before = { received: 0, refused: 0 };

  /** A turn that is due begins; the delays of its plots count when an own warning is told in it. */
  begin(due: number, plots: readonly Plot[]): void {
    this.#end();
    this.#due = due;
    this.#arrivals = plots.map((plot) => plot.arrival / 1000);
  }

  take(record: FeedRecord): void {
    if (record.kind === 'tick') this.#counts = record.counts;
    else if (record.about === 'warns') this.#told = Date.now();
  }

  mark(): void {
    this.#before = this.#counts;
  }

  measured(): Measured {
    this.#end();
    const taken = this.#counts.received - this.#before.received;
    const refused = this.#counts.refused - this.#before.refused;
    return { delays: this.#delays, late: this.#late, taken, refused };
  }

  #end(): void {
    const told = this.#told;
    this.#told = null;
    if (told === null || this.#arrivals.length === 0) return;
    this.#late.push(told - this.#due);
    for (const arrival of this.#arrivals) this.#delays.push(told - arrival);
  }
}

/** West's infrared of the flight, again and again, each a little later and further east. */
function sky(run: PreparedRun, start: Instant): PreparedRun {
  const [west, east] = run.sides;
  const infrared = west.sensorDocuments.filter((sensor) => sensor.kind === 'infrared');
  const names = new Set(infrared.map((sensor) => sensor.id));
  const seen = plotsOf(west).filter((plot) => names.has(plot.sensor));
  const copies = Array.from({ length: LAUNCHES }, (_, i) => i);
  const sensorDocuments = copies.flatMap((i) =>
    infrared.map((sensor) => {
      const turned = sensor.site.longitudeDeg + (360 / LAUNCHES) * i;
      const longitudeDeg = turned > 180 ? turned - 360 : turned;
      return { ...sensor, id: `${sensor.id}-${i}`, site: { ...sensor.site, longitudeDeg } };
    }),
  );
  const plots = copies.flatMap((i) => {
    const offset = secondsBetween(run.firstTick, start) - BEGUN_S + i * APART_S;
    return seen.map((plot) => ({
      ...plot,
      sensor: `${plot.sensor}-${i}`,
      time: addSeconds(plot.time, offset),
      arrival: addSeconds(plot.arrival, offset),
    }));
  });
  const ordered = plots
    .toSorted((a, b) => a.arrival - b.arrival)
    .map((plot, id) => ({ ...plot, id }));
  const sensors = sensorsOf({ sensors: sensorDocuments });
  return { ...run, sides: [{ ...west, sensorDocuments, sensors, feed: ordered }, east] };
}

/** Resolves when the link is up; the partner has the lower priority: it would have its own machine. */
async function startPartner(config: string, how: string, tick: () => void): Promise<ChildProcess> {
  const flooder = join(import.meta.dirname, 'flooder.ts');
  const child = spawn(process.execPath, ['--conditions=isthmus-source', flooder, config, how], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (child.pid !== undefined) setPriority(child.pid, 10);
  const timer = setInterval(tick, 200);
  await once(child.stdout, 'data');
  clearInterval(timer);
  return child;
}

function fail(text: string): void {
  throw new Error(text);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function p99(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(0.99 * sorted.length))] ?? Number.NaN;
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
