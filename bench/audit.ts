// SPDX-License-Identifier: Apache-2.0
// How long an audit takes: two sides' ledgers with a million entries between them, with receipts and under
// an agreement, made from a seed by the shipped gate and ledger; then the program as it is typed. Beside
// it the same with both mirrors, and with one byte changed in the middle.

import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRandom, type Random } from '@isthmus/earth';
import { openLedger } from '@isthmus/ledger';
import { createFileStorage } from '@isthmus/ledger/adapters';
import { cosign } from '@isthmus/seal';
import { openSigner } from '@isthmus/seal/adapters';
import { encode } from '@isthmus/wire';
import { agreementHashOf, loadAgreement } from '../apps/cli/src/agreement-file.ts';
import { commitOf, ROOT } from '../apps/cli/src/repository.ts';
import { keyOf, writeKeys } from '../tests/program/audit-fixture.ts';
import { releaseSource } from './decisions.ts';
import { probeMachine } from './probe.ts';

const TRACKS = 400;
/** A checkpoint and a receipt for so many. */
const BATCH = 256;
const SIDES = ['west', 'east'] as const;

export async function benchAudit(args: readonly string[]): Promise<unknown> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      entries: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: '1' },
      keep: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  const machine = { ...probeMachine(availableParallelism()), loadBefore: loadavg()[0] };
  const root = values.keep ?? mkdtempSync(join(tmpdir(), 'isthmus-bench-'));
  const perSide = Math.round(Number(values.entries) / 2);
  try {
    const began = performance.now();
    if (values.keep === undefined || !isMade(root)) await makeLink(root, perSide, values.seed);
    const makeS = secondsSince(began);
    const ledgers = SIDES.map((side) => join(root, `${side}-out`));
    const mirrors = SIDES.map((side) => join(root, `${side}-in`));
    const alone = await audited(root, ledgers);
    const both = await audited(root, [...ledgers, ...mirrors]);
    const file = join(root, 'west-out/entries');
    const undo = await flipMiddle(file);
    const spoilt = await audited(root, ledgers);
    await undo();
    return {
      bench: 'audit',
      commit: commitOf(),
      machine,
      entries: 2 * perSide,
      makeS,
      ledgers: alone,
      withMirrors: both,
      oneByteChanged: spoilt,
    };
  } finally {
    if (values.keep === undefined) rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

function isMade(root: string): boolean {
  try {
    return readFileSync(join(root, 'made'), 'utf8') === 'whole';
  } catch {
    return false;
  }
}

async function makeLink(root: string, perSide: number, seed: string): Promise<void> {
  const agreement = await loadAgreement(join(ROOT, 'agreements/exercise.yaml'));
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'agreement.json'), JSON.stringify(agreement));
  const agreementHash = agreementHashOf(agreement);
  for (const side of SIDES) {
    await writeKeys(side, join(root, 'keys', side));
    const from = { agreement, agreementHash, from: side, to: side === 'west' ? 'east' : 'west' };
    const source = releaseSource(TRACKS, from);
    const random = createRandom(`${seed} ${side}`);
    await makeLedger(root, { side, count: perSide, next: () => encode(source.next()), random });
    // A mirror's files are the same bytes: entries and checkpoints as they were sent.
    const other = join(root, `${side === 'west' ? 'east' : 'west'}-in`);
    for (const name of ['entries', 'checkpoints']) {
      cpSync(join(root, `${side}-out`, name), join(other, name));
    }
  }
  writeFileSync(join(root, 'made'), 'whole');
}

async function makeLedger(
  root: string,
  of: {
    readonly side: (typeof SIDES)[number];
    readonly count: number;
    readonly next: () => ReturnType<typeof encode>;
    readonly random: Random;
  },
): Promise<void> {
  const { side, count, next, random } = of;
  const signer = openSigner(keyOf(side, 'ledger'));
  const cosigner = openSigner(keyOf(side === 'west' ? 'east' : 'west', 'cosign'));
  const storage = createFileStorage(root);
  const salt = (): Uint8Array => Uint8Array.from({ length: 16 }, () => random.integer(256));
  const place = { storage, folder: `${side}-out`, origin: signer.name };
  const ledger = await openLedger({ ...place, signer, salt });
  while (ledger.size < count) {
    const left = Math.min(BATCH, count - ledger.size);
    await ledger.append(Array.from({ length: left }, next));
    const line = await cosign(ledger.checkpoint ?? '', cosigner, 1_338_552_000 + ledger.size);
    await ledger.addReceipt({ size: ledger.size, line });
  }
  await ledger.close();
  await storage.close();
}

interface Run {
  readonly seconds: number;
  readonly code: number | null;
  readonly peakMb: number;
  readonly jsonMb: number;
  readonly says: string;
}

/** The program, as it is typed, with its JSON read and thrown away. */
async function audited(root: string, folders: readonly string[]): Promise<Run> {
  const keys = SIDES.flatMap((side) => ['--keys', join(root, 'keys', side)]);
  const program = ['--conditions=isthmus-source', join(ROOT, 'apps/cli/src/main.ts'), 'audit'];
  const asked = [...folders, ...keys, '--agreement', join(root, 'agreement.json'), '--json'];
  const began = performance.now();
  const child = spawn(process.execPath, [...program, ...asked], { stdio: ['ignore', 'pipe', 2] });
  let [bytes, peakMb] = [0, 0];
  let head = '';
  child.stdout?.on('data', (piece: Buffer) => {
    if (bytes < 1000) head += piece.toString('utf8', 0, 1000);
    bytes += piece.length;
  });
  const look = setInterval(() => {
    peakMb = Math.max(peakMb, residentMb(child.pid ?? 0));
  }, 100);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(look);
  const says = /"says":"([^"]*)"/.exec(head)?.[1] ?? '';
  const seconds = secondsSince(began);
  return { seconds, code, peakMb, jsonMb: Math.round(bytes / 1e6), says };
}

/** The most the process has had so far, where the system tells. */
function residentMb(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  } catch {
    return 0;
  }
}

async function flipMiddle(file: string): Promise<() => Promise<void>> {
  const handle = await open(file, 'r+');
  const { size } = await handle.stat();
  const at = Math.floor(size / 2);
  const byte = new Uint8Array(1);
  await handle.read(byte, 0, 1, at);
  await handle.write(
    byte.map((value) => value ^ 1),
    0,
    1,
    at,
  );
  return async () => {
    await handle.write(byte, 0, 1, at);
    await handle.close();
  };
}

function secondsSince(began: number): number {
  return Math.round((performance.now() - began) / 10) / 100;
}
