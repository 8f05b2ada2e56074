// SPDX-License-Identifier: Apache-2.0
// `isthmus audit` on the folder of a ledger that is written to meanwhile, on what a crash leaves of one,
// and on one in which nothing was ever recorded.

import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AuditReport, reportHtml, reportText } from '@isthmus/audit';
import { type Ledger, openLedger } from '@isthmus/ledger';
import { createFileStorage } from '@isthmus/ledger/adapters';
import { cosign } from '@isthmus/seal';
import { openSigner } from '@isthmus/seal/adapters';
import { encode } from '@isthmus/wire';
import { afterAll, expect, test } from 'vitest';
import { audit, auditOf } from '../../apps/cli/src/commands/audit.ts';
import { releaseSource } from '../../bench/decisions.ts';
import { AGREEMENT, keyOf, makeLog, writeFolder, writeLink } from './audit-fixture.ts';

const BATCHES = 60;
const root = mkdtempSync(join(tmpdir(), 'isthmus-audit-running-'));
const link = join(root, 'link');
const keys = ['west', 'east'].map((side) => join(link, 'keys', side));
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
await writeLink(link, 2);

function audited(...folders: readonly string[]): Promise<AuditReport> {
  return auditOf({ folders, keys, agreement: AGREEMENT, decisions: [], known: [] });
}

/** Appends batch after batch, each with its receipt. */
async function write(ledger: Ledger): Promise<void> {
  const source = releaseSource(3);
  const cosigner = openSigner(keyOf('east', 'cosign'));
  for (let i = 0; i < BATCHES; i += 1) {
    await ledger.append([0, 1, 2].map(() => encode(source.next())));
    const line = await cosign(ledger.checkpoint ?? '', cosigner, 1_338_552_000 + i);
    await ledger.addReceipt({ size: ledger.size, line });
  }
}

test('L-40 the folder of a node that is writing is in order whenever it is read', async () => {
  const storage = createFileStorage(join(root, 'data'));
  const signer = openSigner(keyOf('west', 'ledger'));
  const salt = (): Uint8Array => new Uint8Array(16).fill(3);
  const folder = join(root, 'data/ledger/out');
  const ledger = await openLedger({
    storage,
    folder: 'ledger/out',
    origin: signer.name,
    signer,
    salt,
  });
  let isDone = false;
  const writing = write(ledger).finally(() => {
    isDone = true;
  });
  const sizes = new Set<number>();
  while (!isDone) {
    const { findings, logs } = await audited(folder);
    expect(findings).toEqual([]);
    sizes.add(logs[0]?.entries ?? -1);
  }
  await writing;
  // The control: it was read while it grew.
  expect(sizes.size).toBeGreaterThan(3);
  expect((await audited(folder)).logs[0]?.entries).toBe(3 * BATCHES);
  await ledger.close();
  await storage.close();
});

test('L-40 what a crash leaves at the end of the entries is told as that, and not as tampering', async () => {
  const folder = join(root, 'crashed');
  cpSync(join(link, 'west-out'), folder, { recursive: true });
  const path = join(folder, 'entries');
  const whole = readFileSync(path);
  const last = whole.subarray(lastRecordOf(whole));
  // Any beginning of a record that was never signed for, and zeros, as a file grown and not yet written has.
  const tails = Array.from({ length: last.length - 1 }, (_, i) => last.subarray(0, i + 1));
  for (const tail of [...tails, Buffer.alloc(1), Buffer.alloc(500)]) {
    appendFileSync(path, tail);
    const { findings, remarks, logs } = await audited(folder);
    expect(findings, `${tail.length} bytes`).toEqual([]);
    expect(remarks.map(({ says }) => says)).toEqual([
      'the last entry is not all there and not signed for: its writing was cut off',
    ]);
    expect(logs[0]).toMatchObject({ entries: 6, copies: [{ isWhole: true }] });
    truncateSync(path, whole.length);
  }
});

function lastRecordOf(bytes: Buffer): number {
  let at = 0;
  for (;;) {
    const next = at + 12 + bytes.readUInt32BE(at);
    if (next === bytes.length) return at;
    at = next;
  }
}

test('a ledger in which nothing was ever recorded is told as an empty one', async () => {
  const { own } = await makeLog('west', 0);
  const folder = join(root, 'empty');
  await writeFolder(own, 'out', folder);
  const report = await audited(folder);
  expect(report.findings).toEqual([]);
  expect(report.inOrder).toBe(true);
  expect(report.remarks.map(({ file, says }) => [file, says])).toEqual([
    ['size', expect.stringContaining('nothing was ever recorded here')],
  ]);
  expect(report.logs).toMatchObject([
    { log: keyOf('west', 'ledger').name, entries: 0, receipts: null, clauses: [] },
  ]);
  expect(reportText(report)).toContain('In order: 0 entries of 1 log are proven.');
  expect(reportHtml(report)).toContain('nothing was ever recorded here');
  // One that has lost all but its last size is not taken for an empty one.
  writeFileSync(join(folder, 'size'), readFileSync(join(link, 'west-out/size')));
  const emptied = await audited(folder);
  expect(emptied.findings.map(({ kind, file }) => [kind, file])).toEqual([['incomplete', 'size']]);
  // Without a name it cannot be said whose it was.
  writeFileSync(join(folder, 'size'), Buffer.alloc(8192));
  const asked = [folder, ...keys.flatMap((one) => ['--keys', one])];
  await expect(audit(asked)).rejects.toThrow('holds no checkpoint that can be read');
});

test('entries of a first commit that was cut off before it was signed are told as that', async () => {
  const { own } = await makeLog('west', 0);
  const folder = join(root, 'first');
  await writeFolder(own, 'out', folder);
  cpSync(join(link, 'west-out/entries'), join(folder, 'entries'));
  const { findings, remarks } = await audited(folder);
  expect(findings).toEqual([]);
  expect(remarks.map(({ file }) => file)).toEqual(['entries']);
});
