// SPDX-License-Identifier: Apache-2.0
// What an audit with other people's tools costs: a ledger in files, exported as tiles, and verified by
// the Go program of tests/go. Entries are as long as those of a demonstration.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { exportTiles, openLedger, openLedgerReader } from '@isthmus/ledger';
import { createFileStorage } from '@isthmus/ledger/adapters';
import {
  encodeBase64,
  formatVerifierKey,
  keyPairFromSeed,
  noteSigner,
  randomBytes,
  verifierOf,
} from '@isthmus/seal';
import type { Encoded } from '@isthmus/wire';
import { buildVerifier } from '../tests/ledger/go-verifier.ts';
import { type MachineProbe, probeMachine } from './probe.ts';

const ITEM_BYTES = 300;
const BATCH = 256;
const ORIGIN = 'west/isthmus/exercise/1/ledger/east';

interface TilesResult {
  readonly machine: MachineProbe;
  readonly entries: number;
  readonly files: number;
  readonly megabytes: number;
  readonly recordS: number;
  /** Opening the log, which hashes every entry. */
  readonly openS: number;
  readonly exportS: number;
  /** Largest resident memory seen in the export, above what it began with. */
  readonly exportPeakMb: number;
  readonly verifyS: number;
  readonly said: string;
}

export async function benchTiles(args: readonly string[]): Promise<TilesResult> {
  const { values } = parseArgs({
    args: [...args],
    options: { entries: { type: 'string', default: '1000000' }, json: { type: 'boolean' } },
  });
  const entries = Number(values.entries);
  const scratch = await mkdtemp(join(tmpdir(), 'isthmus-bench-'));
  try {
    return await measure(scratch, entries);
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function measure(scratch: string, entries: number): Promise<TilesResult> {
  const machine = probeMachine(availableParallelism());
  const verify = buildVerifier(scratch);
  const signer = noteSigner(ORIGIN, keyPairFromSeed(new Uint8Array(32).fill(7)));
  const verifier = verifierOf(signer);
  const place = { storage: createFileStorage(scratch), folder: 'out', origin: ORIGIN };
  const seconds = stopwatch();
  await record({ ...place, signer, salt: () => randomBytes(16) }, entries);
  const recordS = seconds();
  const reader = await openLedgerReader({ ...place, verifier });
  const openS = seconds();
  const before = process.memoryUsage.rss();
  let [files, bytes, peak] = [0, 0, before];
  const exported = join(scratch, 'exported');
  for await (const file of exportTiles(reader)) {
    const path = join(exported, file.path);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, file.bytes);
    files += 1;
    bytes += file.bytes.length;
    peak = Math.max(peak, process.memoryUsage.rss());
  }
  const exportS = seconds();
  const { said } = verify(exported, formatVerifierKey(verifier));
  const verifyS = seconds();
  if (said !== `ok ${entries} entries ${encodeBase64(reader.root)}`) throw new Error(said);
  const megabytes = Math.round(bytes / 1e6);
  const exportPeakMb = Math.round((peak - before) / 1e6);
  return {
    machine,
    entries,
    files,
    megabytes,
    recordS,
    openS,
    exportS,
    exportPeakMb,
    verifyS,
    said,
  };
}

async function record(options: Parameters<typeof openLedger>[0], entries: number): Promise<void> {
  const ledger = await openLedger(options);
  while (ledger.size < entries) {
    const items = Array.from({ length: Math.min(BATCH, entries - ledger.size) }, () => {
      // A stand-in for an encoded item: the ledger does not read what it records.
      const standIn: unknown = { bytes: randomBytes(ITEM_BYTES) };
      return standIn as Encoded;
    });
    await ledger.append(items);
  }
}

/** Seconds since the last call, to hundredths. */
function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const now = performance.now();
    const seconds = Math.round((now - last) / 10) / 100;
    last = now;
    return seconds;
  };
}
