// SPDX-License-Identifier: Apache-2.0
// The link ledger against the journal at a side's start: what is recorded must be what the turns ordered.

import type { Instant } from '@isthmus/earth';
import { entryPayload, type Ledger, type Recorded } from '@isthmus/ledger';
import { equalBytes } from '@isthmus/seal';
import type { Encoded } from '@isthmus/wire';
import { NodeError } from './errors.ts';

/** Throws `journal-corrupt` unless the ledger holds what the journal's turns ordered, up to some of it. */
export async function checkRecorded(
  ledger: Ledger | null,
  encoded: readonly Encoded[],
  { appended, upTo }: { readonly appended: number; readonly upTo: Instant | null },
): Promise<void> {
  if (ledger === null) return;
  const first = appended - encoded.length;
  if (ledger.size < first || ledger.size > appended) {
    throw new NodeError(
      'journal-corrupt',
      `the link ledger holds ${ledger.size} entries, the journal accounts for ${first} to ${appended} up to ${upTo ?? 'its start'}: restore both from the same time, or ask the partner for an export of its mirror and run isthmus restore`,
    );
  }
  for await (const batch of batchesFrom(ledger, first)) {
    for (const { index, bytes } of batch) {
      const ordered = encoded[index - first];
      if (ordered === undefined || equalBytes(entryPayload(bytes), ordered.bytes)) continue;
      throw new NodeError(
        'journal-corrupt',
        `entry ${index} of the link ledger is not what the journal says went there: journal and ledger are of different times; ask the partner for an export of its mirror and run isthmus restore`,
      );
    }
  }
}

/** The ledger's batches from an entry on. */
export async function* batchesFrom(
  ledger: Ledger,
  first: number,
): AsyncGenerator<readonly Recorded[], void, undefined> {
  for (let size = first; size < ledger.size; ) {
    const batch = await ledger.batchAfter(size);
    if (batch === null) return;
    yield batch.recorded;
    size += batch.recorded.length;
  }
}
