// SPDX-License-Identifier: Apache-2.0
// What an audit has proven of ledger folders, as compliance judges it: entries with the values of their
// states. Of what does not hold nothing is judged.

import { auditFolders } from '@isthmus/audit/adapters';
import type { LinkRecord } from '@isthmus/release';
import { groupCopies } from '../audit/group-copies.ts';
import { readParties } from '../audit/read-parties.ts';
import { UserError } from '../user-error.ts';

/** What one party sent the other, as all copies given have it. */
export interface ReadRecord extends LinkRecord {
  /** `west/isthmus/exercise/1/ledger/east`. */
  readonly origin: string;
  readonly mode: string;
  /** The longest copy first. */
  readonly copies: readonly { readonly folder: string; readonly entries: number }[];
  /** Entries under a receipt of the partner; null where no copy has receipts: a mirror keeps none. */
  readonly receipted: number | null;
}

/** A record as it is told of, without its entries. */
export interface ToldRecord extends Omit<ReadRecord, 'entries'> {
  readonly entries: number;
  /** Entries under other agreements, which are not judged. */
  readonly underOthers: number;
}

/**
 * Audits every folder; copies of one log are one record, and must tell one story.
 *
 * @param keys folders with `identity.pub` and `register.note` of a party each
 */
export async function readLedgers(
  folders: readonly string[],
  keys: readonly string[],
): Promise<readonly ReadRecord[]> {
  const { registers, findings } = await readParties(keys);
  refuse(findings);
  const { logs } = await groupCopies({ folders, known: [] }, registers, false);
  const audits = await auditFolders(logs, { threads: 0, isWhole: true });
  refuse(audits.flatMap((audit) => audit.findings));
  return audits.map(({ log, entries }) => ({
    origin: log.log,
    from: log.from,
    to: log.to,
    mode: log.mode,
    entries: entries.judged(log.entries),
    copies: log.copies
      .map((copy) => ({ folder: copy.folder, entries: copy.entries }))
      .toSorted((a, b) => b.entries - a.entries),
    receipted: log.receipts?.entries ?? null,
  }));
}

/** The first finding, where there is one, is why nothing is judged. */
function refuse([wrong]: readonly {
  readonly folder: string | null;
  readonly says: string;
}[]): void {
  if (wrong === undefined) return;
  const { folder, says } = wrong;
  throw new UserError(folder === null ? says : `${folder}: does not hold: ${says}`);
}
