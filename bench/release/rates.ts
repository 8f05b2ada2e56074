// SPDX-License-Identifier: Apache-2.0
// How fast: decisions under a hundred clauses, terms just made and terms in use, and whole releases,
// each decided, encoded, recorded on a real disk, signed for and queued for the link.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileStorage } from '@isthmus/ledger/adapters';
import { type Encoded, encode } from '@isthmus/wire';
import { agreementOf100, releaseSource } from '../decisions.ts';
import { feed, perS, quantile } from '../ledger.ts';
import { openOut } from '../link-pair.ts';

const TRACKS = 4000;
const BATCH = 256;
const ROUNDS = 5;
/** Decisions of one reading under terms that are new: about one for each clause. */
const COLD = 64;

/** Medians over readings; `scale` 1 is the benchmark's length. */
export function decisionsPerS(scale: number): { readonly cold: number; readonly warm: number } {
  const tracks = Math.ceil(TRACKS * scale);
  const source = releaseSource(tracks, { agreement: agreementOf100() });
  const read = (count: number): number => {
    const began = performance.now();
    for (let i = 0; i < count; i += 1) source.next();
    return perS(count, began);
  };
  const warm = Array.from({ length: ROUNDS }, () => read(2 * tracks));
  const cold = Array.from({ length: Math.ceil(100 * scale) }, () => {
    source.renew();
    return read(COLD);
  });
  return { cold: Math.round(quantile(cold, 0.5)), warm: Math.round(quantile(warm, 0.5)) };
}

/** Items a second from the draft to the queue of the link; the median of five ledgers. */
export async function releasePerS(
  scale: number,
): Promise<{ readonly wall: number; readonly processorUs: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'isthmus-bench-'));
  const rates: number[] = [];
  const costs: number[] = [];
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      const read = await release(join(folder, `${round}`), scale);
      rates.push(read.perS);
      costs.push(read.processorUs);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return {
    wall: Math.round(quantile(rates, 0.5)),
    processorUs: Math.round(quantile(costs, 0.5) * 10) / 10,
  };
}

async function release(
  folder: string,
  scale: number,
): Promise<{ readonly perS: number; readonly processorUs: number }> {
  const storage = createFileStorage(folder);
  const ledger = await openOut(storage);
  const source = releaseSource(Math.ceil(TRACKS * scale), { agreement: agreementOf100() });
  const make = (): Encoded[] => Array.from({ length: BATCH }, () => encode(source.next()));
  // What the link has been told is there for it to send.
  let queued = 0;
  const count = Math.ceil(20_000 * scale);
  await feed(ledger, BATCH, make);
  const before = ledger.size;
  const cpu = process.cpuUsage();
  const began = performance.now();
  await feed(ledger, count, make, () => {
    queued = ledger.size;
  });
  const released = ledger.size - before;
  const rate = perS(released, began);
  const { user, system } = process.cpuUsage(cpu);
  if (queued !== ledger.size) throw new Error('the link was not told of every entry');
  await ledger.close();
  await storage.close();
  return { perS: rate, processorUs: (user + system) / released };
}
