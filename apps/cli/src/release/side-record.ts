// SPDX-License-Identifier: Apache-2.0
// What a side has on disk about its releases: the decision log, the ledger it wrote for its partner, and
// the agreement. Read without any secret key, so that it works on an auditor's copy.

import { entryPayload, LedgerError, leafHash, openLedgerReader } from '@isthmus/ledger';
import { createFileStorage } from '@isthmus/ledger/adapters';
import { type DecisionScan, type SideDocument, scanDecisions, sideKeyName } from '@isthmus/node';
import type { Agreement } from '@isthmus/release';
import { encodeHex } from '@isthmus/seal';
import { decodeRelease, WireError } from '@isthmus/wire';
import { agreementHashOf, loadAgreement } from '../agreement-file.ts';
import { linkLife, readPublicSide } from '../side/open-side.ts';
import { UserError } from '../user-error.ts';

export type ReleaseContent = ReturnType<typeof decodeRelease>;

/** An entry of the ledger; `release` is null for one that this build cannot read. */
export interface LedgerEntry {
  readonly leaf: string;
  readonly release: ReleaseContent | null;
}

export interface SideRecord {
  readonly document: SideDocument;
  readonly agreement: Agreement;
  readonly agreementHash: string;
  readonly decisions: DecisionScan;
  /** By index. */
  readonly entries: readonly LedgerEntry[];
}

/** Reads the record of the side of `config`, running or not. Throws `UserError` for what is not there. */
export async function readSideRecord(config: string): Promise<SideRecord> {
  const side = await readPublicSide(config);
  const { document, path, data } = side;
  const agreement = await loadAgreement(path(document.agreement));
  const storage = createFileStorage(data);
  try {
    const bytes = await storage.read('decisions.ndjson');
    if (bytes === null) {
      throw new UserError(`${data}: there is no decision log; this side has decided nothing yet`);
    }
    const reader = await openLedgerReader({
      storage,
      folder: 'ledger/out',
      origin: sideKeyName('ledger', linkLife(document)),
      verifier: side.ownLedgerKeys,
    });
    const entries: LedgerEntry[] = [];
    while (entries.length < reader.size) {
      const batch = await reader.batchAfter(entries.length);
      if (batch === null) break;
      for (const one of batch.recorded) entries.push(entryOf(one.bytes));
    }
    const agreementHash = agreementHashOf(agreement);
    return { document, agreement, agreementHash, decisions: scanDecisions(bytes), entries };
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    throw new UserError(`${data}/ledger/out: ${error.message}`, { cause: error });
  } finally {
    await storage.close();
  }
}

function entryOf(bytes: Uint8Array): LedgerEntry {
  const leaf = encodeHex(leafHash(bytes));
  try {
    return { leaf, release: decodeRelease(entryPayload(bytes)) };
  } catch (error) {
    if (error instanceof WireError) return { leaf, release: null };
    throw error;
  }
}
