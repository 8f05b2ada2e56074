// SPDX-License-Identifier: Apache-2.0
// The conductor: two sides as processes of their own, granted one tick of one second after the
// other. It never touches what crosses between them; they have their own link.

import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { addSeconds, secondsBetween } from '@isthmus/earth';
import { type LogKeys, verifyLedger } from '@isthmus/ledger/verify';
import type { FeedNote, FeedTick } from '@isthmus/picture';
import type { Speed } from '../arguments.ts';
import { readSide } from '../side/open-side.ts';
import { UserError } from '../user-error.ts';
import type { PreparedRun } from './prepare.ts';
import { provision } from './provision.ts';
import { SideProcess } from './side-process.ts';
import {
  type LedgerSummary,
  type SideSummaries,
  type SideSummary,
  summariseSide,
} from './summary.ts';

export interface ProcessRunOptions {
  readonly speed: Speed;
  /** Port of the link on loopback; 0 takes one that is free. */
  readonly port: number;
  /** Port of the first side's console, the second's being one more; 0 finds two; null for none. */
  readonly consolePort: number | null;
  /** A folder that is empty or not there, in which both sides' folders stay; null keeps nothing. */
  readonly keep: string | null;
  /** Called before the first tick, in the order of the sides. */
  readonly onConsoles: (consoles: readonly ConsolePlace[]) => void;
  readonly onNote: (side: string, note: FeedNote) => void;
  readonly onFault: (side: string, text: string) => void;
  readonly onTick: (second: number, of: number) => void;
  /** A side's process has ended by itself; the other goes on if it is there. */
  readonly onEnded: (side: string, why: string, isOtherThere: boolean) => void;
  /** The flight is over. With consoles, both pictures stay until the signal comes. */
  readonly onFlown: (sides: SideSummaries) => void;
  /** Set to end: the sides are ended, and what was made and is not to be kept is removed. */
  readonly signal: AbortSignal;
}

export interface ConsolePlace {
  readonly side: string;
  readonly url: string;
  readonly pid: number;
}

interface RunningSide {
  readonly name: string;
  readonly process: SideProcess;
  readonly ticks: FeedTick[];
  /** True when its process ended by itself before the flight was over. */
  isLost: boolean;
}

/**
 * Runs both sides to the end of the flight, and with consoles until the signal comes.
 *
 * Gives the summaries, or null when the signal came before the end of the flight. Leaves no process
 * behind, and no file but those in `keep`.
 */
export async function runProcesses(
  run: PreparedRun,
  options: ProcessRunOptions,
): Promise<SideSummaries | null> {
  const { keep } = options;
  const root = keep === null ? await mkdtemp(join(tmpdir(), 'isthmus-')) : await emptyFolder(keep);
  const sides: RunningSide[] = [];
  const killAll = (): void => {
    for (const side of sides) side.process.kill();
  };
  // Also when this process is ended without a chance to wait.
  process.once('exit', killAll);
  try {
    await startSides(run, root, sides, options);
    options.onConsoles(
      sides.flatMap(({ name, process: { consoleUrl: url, pid } }) =>
        url === null ? [] : [{ side: name, url, pid }],
      ),
    );
    const isFlown = await conduct(run, sides, options);
    if (!isFlown) {
      await Promise.all(sides.map((side) => side.process.end()));
      return null;
    }
    await Promise.all(sides.map((side) => finish(side, sides, options)));
    const summaries: Record<string, SideSummary | null> = {};
    for (const side of sides) summaries[side.name] = await summarise(run, root, side);
    options.onFlown(summaries);
    if (options.consolePort !== null) await stay(sides, options);
    await Promise.all(sides.map((side) => side.process.end()));
    return summaries;
  } finally {
    killAll();
    process.removeListener('exit', killAll);
    if (keep === null) await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The folder, made if need be; nobody's files are mixed with those of a run. */
async function emptyFolder(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    if ((await readdir(path)).length === 0) return path;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new UserError(`${path}: cannot be made (${code}); name another folder with --keep`, {
      cause: error,
    });
  }
  throw new UserError(`${path}: is not empty; name a folder that is not there with --keep`);
}

async function startSides(
  run: PreparedRun,
  root: string,
  sides: RunningSide[],
  options: ProcessRunOptions,
): Promise<void> {
  const { consolePort } = options;
  const port = await freePort(options.port);
  if (consolePort !== null && consolePort !== 0) {
    for (const wanted of [consolePort, consolePort + 1]) await freePort(wanted, '--console-port');
  }
  const configs = await provision(run, root, port, consolePort ?? undefined);
  for (const { name } of run.sides) {
    const ticks: FeedTick[] = [];
    const side = new SideProcess({
      name,
      config: configs[name] ?? '',
      speed: options.speed,
      onRecord: (record) =>
        record.kind === 'tick' ? ticks.push(record) : options.onNote(name, record),
      onFault: (text) => options.onFault(name, text),
    });
    sides.push({ name, process: side, ticks, isLost: false });
    // The first listens before the second dials.
    await side.started(run.firstTick);
  }
  await Promise.all(sides.map((side) => side.process.ready()));
}

/** Grants tick after tick to the sides that are there; false when the signal came. */
async function conduct(
  run: PreparedRun,
  sides: readonly RunningSide[],
  options: ProcessRunOptions,
): Promise<boolean> {
  const seconds = Math.ceil(secondsBetween(run.firstTick, run.lastTick));
  const began = performance.now();
  const tell = tellEnd(sides, options);
  let there = sides;
  for (let second = 0; second <= seconds && there.length > 0; second += 1) {
    if (options.signal.aborted) return false;
    const at = addSeconds(run.firstTick, second);
    await Promise.all(there.map((side) => outlive(side, side.process.tick(at), tell)));
    there = there.filter((side) => !side.process.over);
    options.onTick(second, seconds);
    if (options.speed !== 'max') {
      const dueMs = (second * 1000) / options.speed - (performance.now() - began);
      if (dueMs > 0) await sleep(dueMs, undefined, { signal: options.signal }).catch(() => {});
    }
  }
  return !options.signal.aborted;
}

/** Says how a side ended, and whether anybody is left. */
function tellEnd(
  sides: readonly RunningSide[],
  options: ProcessRunOptions,
): (side: RunningSide) => Promise<void> {
  return async (side) => {
    const why = await side.process.ended();
    const isOtherThere = sides.some((one) => !one.process.over);
    options.onEnded(side.name, why, isOtherThere);
  };
}

/** Waits for what was asked of a side, or for its end: a side that is gone must not end the other. */
async function outlive(
  side: RunningSide,
  asked: Promise<void>,
  tell: (side: RunningSide) => Promise<void>,
): Promise<void> {
  try {
    await asked;
  } catch (error) {
    if (!side.process.over) throw error;
    side.isLost = true;
    await tell(side);
  }
}

/** Ends the flight of a side: with a console it stays to show it, without it ends. */
async function finish(
  side: RunningSide,
  sides: readonly RunningSide[],
  options: ProcessRunOptions,
): Promise<void> {
  if (side.isLost) return;
  if (options.consolePort === null) await side.process.end();
  else await outlive(side, side.process.finish(), tellEnd(sides, options));
}

/** What a side knew and when, or null when it did not come to the end of the flight. */
async function summarise(
  run: PreparedRun,
  root: string,
  side: RunningSide,
): Promise<SideSummary | null> {
  if (side.isLost) return null;
  const ledgers = await verifyFolder(join(root, side.name));
  return summariseSide(run, side.ticks, { pid: side.process.pid, ledgers });
}

/** Until the signal comes, or nobody is left to show anything. */
async function stay(sides: readonly RunningSide[], options: ProcessRunOptions): Promise<void> {
  const { signal } = options;
  const tell = tellEnd(sides, options);
  const stopped = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
  const ends = sides
    .filter((side) => !side.process.over)
    .map(async (side) => {
      await side.process.ended();
      if (!signal.aborted) await tell(side);
    });
  await Promise.race([stopped, Promise.all(ends)]);
}

/** The port asked for if it is free, else the user's error; 0 finds one. */
export async function freePort(wanted: number, option = '--port'): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new UserError(
          error.code === 'EADDRINUSE'
            ? `port ${wanted} is taken; name another with ${option}, or leave it out to have one found`
            : `port ${wanted} cannot be used (${error.code})`,
        ),
      );
    });
    probe.listen(wanted, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

/** Verifies both ledgers of a side offline, from its files and the public keys alone. */
export async function verifyFolder(folder: string): Promise<SideSummary['ledgers']> {
  const side = await readSide(join(folder, 'side.yaml'));
  const verify = async (name: string, verifier: LogKeys): Promise<LedgerSummary> => {
    const ledger = join(folder, 'data', 'ledger', name);
    const files: Record<string, Uint8Array> = {};
    for (const file of await readdir(ledger).catch(() => [])) {
      files[file] = await readFile(join(ledger, file)).catch(() => new Uint8Array());
    }
    const report = verifyLedger({ files, verifier });
    return { entries: report.entries, verified: report.verified };
  };
  return {
    out: await verify('out', side.ownLedgerKeys),
    in: await verify('in', side.partnerKeys.ledger),
  };
}
