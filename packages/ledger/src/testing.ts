// SPDX-License-Identifier: Apache-2.0
// Fixtures of this package's tests: fixed keys and stand-ins for encoded items. Not exported.

import { encodeText, keyPairFromSeed, noteSigner } from '@isthmus/seal';
import type { Encoded } from '@isthmus/wire';

/** Name of the log under test. */
export const ORIGIN = 'west.example/isthmus/exercise/ledger/east';

/** A signer with a fixed key, so that runs repeat. */
export const SIGNER = noteSigner(ORIGIN, keyPairFromSeed(new Uint8Array(32).fill(7)));

/** A cosigner of the partner, likewise fixed. */
export const COSIGNER = noteSigner(
  'east.example/isthmus/exercise/cosign/west',
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
