// SPDX-License-Identifier: Apache-2.0
// Fixtures of this package's tests: fixed keys and stand-ins for encoded items. Not exported.

import { encodeText, keyPairFromSeed, noteSigner, randomBytes, sha256 } from '@isthmus/seal';
import type { Encoded } from '@isthmus/wire';
import {
  type CrashRandom,
  createMemoryStorage,
  type Ledger,
  type MemoryStorage,
  openLedger,
  type Storage,
} from './index.ts';

/** Name of the log under test. */
export const ORIGIN = 'west.example/isthmus/exercise/1/ledger/east';

/** A signer with a fixed key, so that runs repeat. */
export const SIGNER = noteSigner(ORIGIN, keyPairFromSeed(new Uint8Array(32).fill(7)));

/** A cosigner of the partner, likewise fixed. */
export const COSIGNER = noteSigner(
  'east.example/isthmus/exercise/1/cosign/west',
  keyPairFromSeed(new Uint8Array(32).fill(9)),
  4,
);

/**
 * A stand-in with the one property the ledger reads. The gate and the wire are another package's
 * business, and a real item would bind these tests to the schema.
 */
export function encodedOf(content: number | Uint8Array): Encoded {
  const bytes = typeof content === 'number' ? encodeText(`item ${content}`) : content;
  const standIn: unknown = { bytes };
  return standIn as Encoded;
}

/** A ledger with `count` items, each recorded alone, and the storage it lies in. */
export async function filledLedger(
  count: number,
): Promise<{ readonly storage: MemoryStorage; readonly ledger: Ledger }> {
  const storage = createMemoryStorage();
  const ledger = await openLedger({ ...OPTIONS, storage });
  for (let i = 0; i < count; i += 1) await ledger.append([encodedOf(i)]);
  return { storage, ledger };
}

/** Options of the ledger under test, without its storage. */
export const OPTIONS = {
  folder: 'out',
  origin: ORIGIN,
  signer: SIGNER,
  salt: (): Uint8Array => randomBytes(16),
};

/** Changes one byte of a stored file. */
export async function flipByte(storage: Storage, path: string, at: number): Promise<void> {
  const bytes = (await storage.read(path)) as Uint8Array;
  bytes[at] = (bytes[at] as number) ^ 0x20;
  await storage.replace(path, bytes);
}

/**
 * Draws from a hash chain over a seed. This package imports no ground but seal, so earth's generator
 * is out of reach; speed does not matter here.
 */
export function seededRandom(seed: string): CrashRandom {
  let state = sha256(encodeText(seed));
  const integer = (bound: number): number => {
    state = sha256(state);
    return new DataView(state.buffer, state.byteOffset).getUint32(0) % bound;
  };
  return { integer, chance: (numerator, denominator) => integer(denominator) < numerator };
}
