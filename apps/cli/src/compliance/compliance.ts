// SPDX-License-Identifier: Apache-2.0
// `isthmus agreement compliance FILE --ledger FOLDER… --keys FOLDER…`: what was promised and what was
// done, offline, from copies of the ledgers and the registers of those who signed them.

import { type Agreement, isBroken, judgeCompliance } from '@isthmus/release';
import { agreementHashOf, loadAgreement } from '../agreement-file.ts';
import { UserError } from '../user-error.ts';
import { complianceText } from './compliance-text.ts';
import { type ReadRecord, readLedgers } from './read-ledgers.ts';

/** A record as it is told of, without its entries. */
export interface ToldRecord extends Omit<ReadRecord, 'entries'> {
  readonly entries: number;
  /** Entries under other agreements, which are not judged. */
  readonly underOthers: number;
}

/** Exit code 1 where something promised was not kept. What is no agreement or ledger is a `UserError`. */
export async function compliance(
  file: string,
  given: {
    readonly ledgers: readonly string[];
    readonly keys: readonly string[];
    readonly json: boolean;
  },
): Promise<number> {
  if (given.ledgers.length === 0) {
    throw new UserError(
      '--ledger is needed, once for each ledger: the folder data/ledger/out or data/ledger/in of a side',
    );
  }
  if (given.keys.length === 0) {
    throw new UserError(
      '--keys is needed, once for each party: a folder with its identity.pub and register.note',
    );
  }
  const agreement = await loadAgreement(file);
  const hash = agreementHashOf(agreement);
  const records = await readLedgers(given.ledgers, given.keys);
  for (const record of records) checkParties(file, agreement, record);
  const told = records.map((record): ToldRecord => {
    const own = record.entries.filter(({ agreementHash }) => agreementHash === hash).length;
    return { ...record, entries: record.entries.length, underOthers: record.entries.length - own };
  });
  if (told.every(({ entries, underOthers }) => entries === underOthers)) {
    throw new UserError(
      `${file}: nothing in these ledgers is under this agreement (hash ${hash}); name the one that was signed`,
    );
  }
  const judged = judgeCompliance(agreement, hash, records);
  const { name, version } = agreement;
  process.stdout.write(
    given.json
      ? `${JSON.stringify({ agreement: { name, version, hash }, records: told, ...judged })}\n`
      : complianceText({ name, version, hash }, told, judged),
  );
  return isBroken(judged) ? 1 : 0;
}

function checkParties(
  file: string,
  { parties, mode }: Agreement,
  { origin, copies, ...record }: ReadRecord,
): void {
  const folder = copies[0]?.folder ?? '';
  if (![record.from, record.to].every((party) => parties.includes(party))) {
    throw new UserError(`${folder}: is ${origin}; ${file} is between ${parties.join(' and ')}`);
  }
  if (record.mode !== mode) {
    throw new UserError(`${folder}: is ${origin}; ${file} is for ${mode}: they never mix`);
  }
}
