// SPDX-License-Identifier: Apache-2.0
// What an auditor does with a side's ledger folder and the two parties' registers: the whole record,
// its receipts, and where decisions are given, that each release points at its entry.
// node --conditions=isthmus-source docs/examples/audit.mjs LEDGER WRITER PARTNER [DECISIONS]
// where WRITER and PARTNER are folders with identity.pub (compared by people) and register.note.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { leafHash, verifyLedger } from '@isthmus/ledger/verify';
import { encodeHex, keysOf, openRegister, parseVerifierKey } from '@isthmus/seal';

const [ledger, writer, partner, decisions] = process.argv.slice(2);

/** A party's keys, opened with its identity; the identity's name says which life of which link. */
function register(folder) {
  const identity = parseVerifierKey(readFileSync(join(folder, 'identity.pub'), 'utf8').trim());
  const [party, , mode, epoch, , peer] = identity.name.split('/');
  const note = readFileSync(join(folder, 'register.note'), 'utf8');
  return openRegister(note, identity, { party, peer, mode, epoch: Number(epoch) });
}

/** Entry after entry of the file: 4 bytes of length, 8 of check, then the entry. */
function* entriesOf(bytes) {
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    yield bytes.subarray(at + 12, at + 12 + length);
    at += 12 + length;
  }
}

const names = ['entries', 'checkpoints', 'size', 'receipts'];
const files = Object.fromEntries(
  names
    .filter((name) => existsSync(join(ledger, name)))
    .map((name) => [name, readFileSync(join(ledger, name))]),
);
const report = verifyLedger({
  files,
  verifier: keysOf(register(writer), 'ledger'),
  cosigner: keysOf(register(partner), 'cosign'),
});
if (!report.verified) {
  console.error(`does not hold: ${report.problem.message}`);
  process.exit(1);
}
const receipts =
  files.receipts === undefined
    ? 'a mirror keeps no receipts'
    : `${report.receiptedSize} with a receipt`;
console.log(`${report.entries} entries hold, ${receipts}`);

if (decisions !== undefined) {
  const leaves = [...entriesOf(files.entries)].map((entry) => encodeHex(leafHash(entry)));
  const lines = readFileSync(decisions, 'utf8').trimEnd().split('\n').slice(1).map(JSON.parse);
  const released = lines.filter(({ outcome }) => outcome === 'released');
  const astray = released.filter(({ entry, leaf }) => leaves[entry] !== leaf);
  console.log(
    `${released.length - astray.length} of ${released.length} releases point at their entry`,
  );
  if (astray.length > 0 || released.length !== leaves.length) process.exit(1);
}
