// SPDX-License-Identifier: Apache-2.0
// The record of both worlds of a pair: with the salts of one the same as those of the other, two
// ledgers of equal entries have equal roots, and two that differ in a bit have not.

import { createMemoryStorage, type Ledger, openLedger } from '@isthmus/ledger';
import { encodeHex, sha256 } from '@isthmus/seal';
import { signerOf } from '../link-pair.ts';
import {
  compareWorlds,
  type Gate,
  type NonInterference,
  type Sent,
  SHIPPED,
} from './non-interference.ts';

/** Pairs whose entries are recorded and then compared. */
export async function compareRecorded(
  given: { readonly seed: number; readonly pairs: number },
  makeGate: () => Gate = () => SHIPPED,
): Promise<NonInterference & { readonly entries: number; readonly sameRoot: boolean }> {
  const sent: [Sent['encoded'], Sent['encoded']][] = [];
  const found = compareWorlds(given, makeGate, ([one, other]) => sent.push([one, other]));
  const ledgers = [await openSalted(), await openSalted()] as const;
  for (const pair of sent) {
    for (const i of [0, 1] as const) if (pair[i].length > 0) await ledgers[i].append(pair[i]);
  }
  const [one, other] = ledgers.map(({ root, checkpoint }) => `${encodeHex(root)} ${checkpoint}`);
  return { ...found, entries: ledgers[0].size, sameRoot: one === other };
}

async function openSalted(): Promise<Ledger> {
  const signer = signerOf('ledger', 'west');
  let drawn = 0;
  const salt = (): Uint8Array => {
    drawn += 1;
    return sha256(new TextEncoder().encode(`salt ${drawn}`)).slice(0, 16);
  };
  const storage = createMemoryStorage();
  return openLedger({ storage, folder: 'out', origin: signer.name, signer, salt });
}
