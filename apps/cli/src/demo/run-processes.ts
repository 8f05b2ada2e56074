// SPDX-License-Identifier: Apache-2.0
// The conductor: two sides as processes of their own, granted one tick of one second after the
// other. It never touches what crosses between them; they have their own link.

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { addSeconds, secondsBetween } from '@isthmus/earth';
import { verifyLedger } from '@isthmus/ledger/verify';
import { publicKeysOf } from '@isthmus/node';
import type { FeedNote, FeedTick } from '@isthmus/picture';
import { readPartnerKeys, readSideKeys } from '../side/key-files.ts';
import { UserError } from '../user-error.ts';
import type { PreparedRun } from './prepare.ts';
import { provision } from './provision.ts';
import { SideProcess } from './side-process.ts';
import { type LedgerSummary, type SideSummary, summariseSide } from './summary.ts';

export interface ProcessRunOptions {
  /** Simulated seconds a wall second, or as fast as both sides go. */
  readonly speed: number | 'max';
  /** Port of the link on loopback; 0 takes one that is free. */
  readonly port: number;
  readonly onNote: (side: string, note: FeedNote) => void;
  readonly onFault: (side: string, text: string) => void;
  readonly onTick: (second: number, of: number) => void;
  /** Set to end early: the sides are ended and everything made is removed. */
  readonly signal: AbortSignal;
}

/** Runs both sides to the end; null when the signal ended it. Leaves no process and no file behind. */
export async function runProcesses(
  run: PreparedRun,
  options: ProcessRunOptions,
): Promise<Readonly<Record<string, SideSummary>> | null> {
  const root = await mkdtemp(join(tmpdir(), 'isthmus-'));
  const sides = new Map<string, { readonly process: SideProcess; readonly ticks: FeedTick[] }>();
  const killAll = (): void => {
    for (const side of sides.values()) side.process.kill();
  };
  // Also when this process is ended without a chance to wait.
  process.once('exit', killAll);
  try {
    const port = await freePort(options.port);
    const configs = await provision(run, root, port);
    for (const { name } of run.sides) {
      const ticks: FeedTick[] = [];
      const side = new SideProcess({
        name,
        config: configs[name] ?? '',
        onRecord: (record) =>
          record.kind === 'tick' ? ticks.push(record) : options.onNote(name, record),
        onFault: (text) => options.onFault(name, text),
      });
      sides.set(name, { process: side, ticks });
      // The first listens before the second dials.
      await side.started(run.firstTick);
    }
    const processes = [...sides.values()].map((side) => side.process);
    await Promise.all(processes.map((side) => side.ready()));
    const whole = await conduct(run, processes, options);
    await Promise.all(processes.map((side) => side.end()));
    if (!whole) return null;
    const summaries: Record<string, SideSummary> = {};
    for (const [name, side] of sides) {
      const ledgers = await verifyFolder(join(root, name));
      summaries[name] = summariseSide(run, side.ticks, { pid: side.process.pid, ledgers });
    }
    return summaries;
  } finally {
    killAll();
    process.removeListener('exit', killAll);
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function conduct(
  run: PreparedRun,
  processes: readonly SideProcess[],
  options: ProcessRunOptions,
): Promise<boolean> {
  const seconds = Math.ceil(secondsBetween(run.firstTick, run.lastTick));
  const began = performance.now();
  for (let second = 0; second <= seconds; second += 1) {
    if (options.signal.aborted) return false;
    const at = addSeconds(run.firstTick, second);
    await Promise.all(processes.map((side) => side.tick(at)));
    options.onTick(second, seconds);
    if (options.speed !== 'max') {
      const dueMs = (second * 1000) / options.speed - (performance.now() - began);
      if (dueMs > 0) await sleep(dueMs, undefined, { signal: options.signal }).catch(() => {});
    }
  }
  return true;
}

/** The port asked for if it is free, else the user's error; 0 finds one. */
export async function freePort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new UserError(
          error.code === 'EADDRINUSE'
            ? `port ${wanted} is taken; name another with --port, or leave it out to have one found`
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
  const own = publicKeysOf(await readSideKeys(join(folder, 'keys')));
  const partner = await readPartnerKeys(join(folder, 'partner'));
  const verify = async (name: string, verifier: typeof own.ledger): Promise<LedgerSummary> => {
    const ledger = join(folder, 'data', 'ledger', name);
    const files: Record<string, Uint8Array> = {};
    for (const file of await readdir(ledger).catch(() => [])) {
      files[file] = await readFile(join(ledger, file)).catch(() => new Uint8Array());
    }
    const report = verifyLedger({ files, verifier });
    return { entries: report.entries, verified: report.verified };
  };
  return { out: await verify('out', own.ledger), in: await verify('in', partner.ledger) };
}
