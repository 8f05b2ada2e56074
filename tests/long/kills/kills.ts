// SPDX-License-Identifier: Apache-2.0
// Kills of a process that writes real files: SIGKILL at a random moment, in recovery or at work, then
// the same folder again. A kill leaves to the system what was written and takes what was not; what a
// lost power supply takes besides is `power-cuts.ts`.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom, type Random } from '@isthmus/earth';
import { createFileStorage, type FileStorage } from '@isthmus/ledger/adapters';
import { build } from 'vite';
import { ROOT } from '../../../apps/cli/src/repository.ts';
import type { Work } from './child.ts';
import { SIDES } from './keys.ts';
import { Broken, type Said } from './pair.ts';
import { Witness } from './witness.ts';

/** Kills of one folder before the next begins empty. */
const KILLS_A_FOLDER = 40;
/** One folder in so many of a lane takes large batches and longer work, until its logs are long. */
const TALL_ONE_IN = 50;
const TALL_ENTRIES = 100_000;
/** Entries of a tall log are read again after every so many kills. */
const TALL_CHECK_ONE_IN = 20;
const WORK_MS_MAX = 120;
const TALL_WORK_MS_MAX = 600;
const ANSWER_MS_MAX = 60_000;

export interface KillCounts {
  kills: number;
  /** Of these, before the second side had recovered. */
  inRecovery: number;
  folders: number;
  acknowledged: number;
  /** Entries of both ledgers in the folder that had most. */
  entriesMax: number;
  /** From the order to begin until both sides had recovered, ms. */
  recoveryMsMax: number;
}

/** One process of the writers. */
class Child {
  readonly heard: Said[] = [];
  opened = 0;
  ended = false;
  failure: string | null = null;
  readonly #process: ChildProcess;
  readonly #gone: Promise<unknown>;
  readonly #ready: Promise<void>;
  #isReady: () => void = () => undefined;
  #rest = '';
  #errors = '';
  #wake: () => void = () => undefined;

  constructor(script: string) {
    this.#process = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#process.stdin?.on('error', () => undefined);
    this.#process.stdout?.on('data', (chunk: Buffer) => this.#take(chunk.toString()));
    this.#process.stderr?.on('data', (chunk: Buffer) => {
      this.#errors += chunk.toString();
    });
    this.#gone = new Promise((resolve) => this.#process.on('close', resolve));
    this.#ready = new Promise((resolve) => {
      this.#isReady = resolve;
    });
  }

  /** Resolves when the process waits for its order, or is gone. */
  async ready(): Promise<void> {
    await Promise.race([this.#ready, this.#gone]);
  }

  /** Sends the order to begin, or an empty one to end. */
  order(work: Work | null): void {
    this.#process.stdin?.write(`${work === null ? '' : JSON.stringify(work)}\n`);
  }

  /** Resolves when both sides have recovered, or when the process is gone. */
  async recovered(): Promise<void> {
    const both = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    if (this.opened < SIDES.length) await Promise.race([both, this.#gone]);
  }

  /** Kills it, and hears the rest of what it said. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#gone;
    this.#expectNoFailure();
  }

  /** Ends it in good order. */
  async end(): Promise<void> {
    this.order(null);
    await Promise.race([this.#gone, sleep(ANSWER_MS_MAX, null, { ref: false })]);
    this.#expectNoFailure();
    if (!this.ended) throw new Broken(`the writers did not end: ${this.#errors}`);
  }

  #expectNoFailure(): void {
    if (this.failure !== null) throw new Broken(`the writers failed: ${this.failure}`);
    if (this.#errors !== '') throw new Broken(`the writers said: ${this.#errors}`);
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    // A line that was cut off was not acknowledged.
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const said = JSON.parse(line) as Said | ['ready'] | ['ended'] | ['failed', string];
      if (said[0] === 'ready') this.#isReady();
      else if (said[0] === 'ended') this.ended = true;
      else if (said[0] === 'failed') this.failure = said[1];
      else this.heard.push(said);
      if (said[0] === 'open') this.opened += 1;
    }
    if (this.opened === SIDES.length) this.#wake();
  }
}

/** Folders one after another, each with a run of kills, until `more` says that it is enough. */
class Lane {
  readonly #script: string;
  readonly #random: Random;
  readonly #counts: KillCounts;
  readonly #more: () => boolean;
  readonly #firstTall: number;
  #next: Child;
  #recoveryMs = 20;

  constructor(given: {
    readonly script: string;
    readonly random: Random;
    readonly counts: KillCounts;
    readonly more: () => boolean;
    readonly firstTall: number;
  }) {
    this.#script = given.script;
    this.#random = given.random;
    this.#counts = given.counts;
    this.#more = given.more;
    this.#firstTall = given.firstTall;
    this.#next = new Child(given.script);
  }

  async run(): Promise<void> {
    try {
      for (let n = 0; this.#more(); n += 1) await this.#folder(n % TALL_ONE_IN === this.#firstTall);
    } finally {
      await this.#next.kill();
    }
  }

  async #folder(isTall: boolean): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'isthmus-kills-'));
    const witness = new Witness();
    const burst = isTall ? 256 : 6;
    const workMsMax = isTall ? TALL_WORK_MS_MAX : WORK_MS_MAX;
    this.#recoveryMs = 20;
    const isDone = (killed: number): boolean =>
      isTall ? witness.acknowledged >= TALL_ENTRIES : killed >= KILLS_A_FOLDER;
    for (let killed = 0; this.#more() && !isDone(killed); killed += 1) {
      await this.#kill({ folder, burst, seed: `${killed}` }, witness, workMsMax);
      if (!isTall || killed % TALL_CHECK_ONE_IN === 0) {
        await withFiles(folder, async (storages) => {
          await witness.checkEntries(storages);
        });
      }
    }
    const child = this.#take();
    child.order({ folder, burst, seed: 'last' });
    await child.recovered();
    await child.end();
    for (const said of child.heard) witness.hear(said);
    await withFiles(folder, (storages) => witness.checkAll(storages, burst));
    this.#counts.folders += 1;
    this.#counts.acknowledged += witness.acknowledged;
    this.#counts.entriesMax = Math.max(this.#counts.entriesMax, witness.acknowledged);
    // Left where it is when something was found.
    await rm(folder, { recursive: true, force: true });
  }

  async #kill(work: Work, witness: Witness, workMsMax: number): Promise<void> {
    const child = this.#take();
    await child.ready();
    const began = performance.now();
    child.order(work);
    if (this.#random.chance(1, 3)) {
      await sleep(this.#random.uniform() * this.#recoveryMs);
    } else {
      await child.recovered();
      this.#recoveryMs = performance.now() - began;
      this.#counts.recoveryMsMax = Math.max(this.#counts.recoveryMsMax, this.#recoveryMs);
      await sleep(this.#random.uniform() * workMsMax);
    }
    await child.kill();
    for (const said of child.heard) witness.hear(said);
    this.#counts.kills += 1;
    if (child.opened < SIDES.length) this.#counts.inRecovery += 1;
  }

  /** The waiting child; the one after it starts meanwhile. */
  #take(): Child {
    const child = this.#next;
    this.#next = new Child(this.#script);
    return child;
  }
}

async function withFiles(
  folder: string,
  use: (storages: Record<(typeof SIDES)[number], FileStorage>) => Promise<void>,
): Promise<void> {
  const storages = {
    west: createFileStorage(join(folder, 'west')),
    east: createFileStorage(join(folder, 'east')),
  };
  try {
    await use(storages);
  } catch (cause) {
    throw new Error(`${String(cause)}\nthe files: ${folder}`, { cause });
  } finally {
    await storages.west.close();
    await storages.east.close();
  }
}

/** The child in one file: it starts in a tenth of the time that its thirty modules take. */
async function bundle(folder: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'error',
    root: ROOT,
    resolve: { conditions: ['isthmus-source'] },
    ssr: { noExternal: true, resolve: { conditions: ['isthmus-source'] } },
    build: {
      ssr: join(ROOT, 'tests/long/kills/child.ts'),
      outDir: folder,
      emptyOutDir: true,
      target: 'node24',
      rolldownOptions: { output: { entryFileNames: 'child.mjs' } },
    },
  });
  return join(folder, 'child.mjs');
}

/**
 * Kills until `count` or, if given, `seconds` are over, in `lanes` folders at a time.
 *
 * @throws Error that names the seed and the command; moments of kills are drawn from the seed, but
 *   what a process has done by then is the machine's, so a failure also names its files.
 */
export async function kills(options: {
  readonly seed: number;
  readonly count: number;
  readonly seconds?: number;
  readonly lanes: number;
  readonly onProgress?: (counts: KillCounts) => void;
}): Promise<KillCounts> {
  const counts: KillCounts = {
    kills: 0,
    inRecovery: 0,
    folders: 0,
    acknowledged: 0,
    entriesMax: 0,
    recoveryMsMax: 0,
  };
  const end = performance.now() + (options.seconds ?? Number.POSITIVE_INFINITY) * 1000;
  let failed = false;
  const more = (): boolean => {
    options.onProgress?.(counts);
    return !failed && counts.kills < options.count && performance.now() < end;
  };
  const folder = await mkdtemp(join(tmpdir(), 'isthmus-kills-'));
  try {
    const script = await bundle(folder);
    const random = createRandom(options.seed);
    const lanes = Array.from({ length: options.lanes }, (_, i) => {
      // Never two tall ones at a time: each keeps a processor busy for minutes.
      const firstTall = 2 + Math.floor((i * TALL_ONE_IN) / options.lanes);
      const lane = new Lane({ script, random: random.fork(`lane ${i}`), counts, more, firstTall });
      return lane.run().catch((cause: unknown) => {
        failed = true;
        throw cause;
      });
    });
    const ends = await Promise.allSettled(lanes);
    for (const one of ends) if (one.status === 'rejected') throw one.reason;
  } catch (cause) {
    const again = `npm run long -- kills --kills ${options.count} --power-cuts 0 --seed ${options.seed}`;
    throw new Error(`after ${counts.kills} kills: ${String(cause)}\nagain: ${again}`, { cause });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  counts.recoveryMsMax = Math.round(counts.recoveryMsMax);
  return counts;
}
