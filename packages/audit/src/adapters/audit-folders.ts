// SPDX-License-Identifier: Apache-2.0
// Folders of copies, grouped by the log they are of, each log audited. Nothing is written.

import type { LogKeys } from '@isthmus/ledger';
import { auditLog, type LogAudit } from '../audit.ts';
import { openNoteAs, type SignedCheckpoint, type Told } from '../prove-log.ts';
import { type FoundCopy, type ReadCopy, readCopy } from './read-copy.ts';
import { createRowPool, type RowPoolOptions } from './row-pool.ts';

/** The keys that speak for a log. */
export interface KeysOfLog {
  readonly keys: LogKeys;
  readonly cosigner: LogKeys | null;
}

/** A signed checkpoint that came another way. */
export interface KnownNote {
  readonly file: string;
  readonly note: Uint8Array;
}

/**
 * Audits every log of which a copy is given.
 *
 * @param logs folders of one log each, with its name and keys; `known` of the same log
 * @param options threads that hash and decode, none for small ledgers; whether states are kept whole,
 *   with the values that grids and floors are judged by
 */
export async function auditFolders(
  logs: readonly (KeysOfLog & {
    readonly origin: string;
    readonly copies: readonly FoundCopy[];
    readonly known: readonly KnownNote[];
  })[],
  options: RowPoolOptions,
): Promise<LogAudit[]> {
  const pool = createRowPool(options);
  try {
    const audits: LogAudit[] = [];
    for (const { origin, keys, cosigner, copies, known } of logs) {
      const read: ReadCopy[] = [];
      for (const copy of copies) read.push(await readCopy(copy, keys, { pool, before: read }));
      const told: Told = { findings: [], remarks: [] };
      const notes: { file: string; checkpoint: SignedCheckpoint }[] = [];
      for (const { file, note } of known) {
        const checkpoint = openNoteAs(note, keys, told, file);
        if (checkpoint !== null) notes.push({ file, checkpoint });
      }
      const audit = auditLog({ origin, keys, cosigner, copies: read, known: notes });
      const strays = told.findings.map((one) => ({ ...one, folder: null, evidence: null }));
      audits.push({ ...audit, findings: [...audit.findings, ...strays] });
    }
    return audits;
  } finally {
    await pool.close();
  }
}
