// SPDX-License-Identifier: Apache-2.0
// The auditor's verdict: right about a good ledger, and exact about a spoiled one.

import { cosign, verifierOf } from '@isthmus/seal';
import { describe, expect, it } from 'vitest';
import { signCheckpoint } from './index.ts';
import { encodeRecords, scanRecords } from './records.ts';
import { COSIGNER, encodedOf, filledLedger, ORIGIN, SIGNER } from './testing.ts';
import { type LedgerReport, verifyLedger } from './verify.ts';

const verifier = verifierOf(SIGNER);
const cosigner = verifierOf(COSIGNER);

async function auditedFiles(): Promise<Record<string, Uint8Array>> {
  const { storage, ledger } = await filledLedger(4);
  await ledger.append([4, 5, 6].map(encodedOf));
  const line = await cosign(ledger.checkpoint as string, COSIGNER, 1_700_000_000);
  await ledger.addReceipt({ size: 7, line });
  const files: Record<string, Uint8Array> = {};
  for (const name of await storage.list('out')) {
    files[name] = (await storage.read(`out/${name}`)) as Uint8Array;
  }
  return files;
}

function lastNote(files: Record<string, Uint8Array>): string {
  const { records } = scanRecords(files['checkpoints'] as Uint8Array, { bytesMax: 4096 });
  return new TextDecoder().decode(records.at(-1)?.bytes);
}

function changed(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.with(at, (bytes[at] as number) ^ 1);
}

describe('verifying a ledger', () => {
  it('L-25 proves every entry, checkpoint and receipt of a good one', async () => {
    const files = await auditedFiles();
    const report = verifyLedger({ files, verifier, cosigner });
    expect(report).toMatchObject({ verified: true, entries: 7, checkpoints: 5, receipts: 1 });
    expect(verifyLedger({ files: {}, verifier })).toMatchObject({ verified: true, entries: 0 });
  });

  it('L-25 names the entry in which any one byte was changed', async () => {
    const files = await auditedFiles();
    const entries = files['entries'] as Uint8Array;
    const ends = scanRecords(entries, { bytesMax: 65_535 }).records.map((record) => record.end);
    for (let at = 0; at < entries.length; at += 1) {
      const spoiled = { ...files, entries: changed(entries, at) };
      const report: LedgerReport = verifyLedger({ files: spoiled, verifier });
      expect(report.verified).toBe(false);
      expect(report.problem?.entry, `byte ${at}`).toBe(ends.findIndex((end) => at < end));
    }
  });

  it('L-25 finds any one byte changed in checkpoints, last size and receipts', async () => {
    const files = await auditedFiles();
    for (const name of ['checkpoints', 'size', 'receipts']) {
      const bytes = files[name] as Uint8Array;
      for (let at = 0; at < bytes.length; at += 3) {
        const spoiled = { ...files, [name]: changed(bytes, at) };
        const report = verifyLedger({ files: spoiled, verifier, cosigner });
        expect(report.verified, `${name} ${at}`).toBe(false);
      }
    }
  });

  it('L-25 names the batch when an entry and its check were changed together', async () => {
    const files = await auditedFiles();
    const records = scanRecords(files['entries'] as Uint8Array, { bytesMax: 65_535 }).records;
    const contents = records.map((one, i) => (i === 5 ? changed(one.bytes, 20) : one.bytes));
    const spoiled = { ...files, entries: encodeRecords(contents).bytes };
    const { problem, entries } = verifyLedger({ files: spoiled, verifier });
    expect(problem).toMatchObject({ kind: 'root', entry: 4, through: 6 });
    expect(entries).toBe(4);
  });

  it('L-25 finds entries nobody signed for, and entries that are missing', async () => {
    const files = await auditedFiles();
    const entries = files['entries'] as Uint8Array;
    const longer = new Uint8Array([...entries, ...encodeRecords([new Uint8Array(20)]).bytes]);
    expect(verifyLedger({ files: { ...files, entries: longer }, verifier }).problem?.kind).toBe(
      'interrupted',
    );
    const shorter = { ...files, entries: entries.slice(0, -1) };
    expect(verifyLedger({ files: shorter, verifier }).problem).toMatchObject({
      kind: 'entry',
      entry: 6,
    });
  });

  it('L-25 names the file and the record of any edit, cut, exchange or swap', async () => {
    const files = await auditedFiles();
    const other = await auditedFiles();
    const known = [lastNote(files)];
    const problem = (change: Record<string, Uint8Array>): LedgerReport['problem'] =>
      verifyLedger({ files: { ...files, ...change }, verifier, cosigner, known }).problem;
    const recordsOf = (name: string): Uint8Array[] =>
      scanRecords(files[name] as Uint8Array, { bytesMax: 65_535 }).records.map((one) => one.bytes);
    for (const name of ['entries', 'checkpoints', 'receipts', 'size']) {
      const bytes = files[name] as Uint8Array;
      const edited = problem({ [name]: changed(bytes, bytes.length - 3) });
      expect(edited, `${name} edited`).toMatchObject({ file: name });
      const cut = problem({ [name]: bytes.slice(0, -3) });
      expect(cut, `${name} cut`).toMatchObject({ file: name });
      const swapped = problem({ [name]: other[name] as Uint8Array });
      expect(swapped, `${name} of another log`).toMatchObject({
        file: name === 'checkpoints' ? 'entries' : name,
      });
    }
    for (const name of ['entries', 'checkpoints']) {
      const records = recordsOf(name);
      const exchanged = records.with(1, records[2] as Uint8Array).with(2, records[1] as Uint8Array);
      const found = problem({ [name]: encodeRecords(exchanged).bytes });
      expect(found, `${name} exchanged`).toMatchObject({
        file: name,
        record: name === 'entries' ? 1 : 2,
      });
      const shorter = encodeRecords(records.slice(0, -1)).bytes;
      expect(problem({ [name]: shorter }), `${name} without the last`).toBeDefined();
    }
    const whole = { checkpoints: encodeRecords(recordsOf('checkpoints').slice(0, 3)).bytes };
    const clean = {
      ...whole,
      entries: encodeRecords(recordsOf('entries').slice(0, 3)).bytes,
      size: new Uint8Array(),
      receipts: new Uint8Array(),
    };
    const { size: _, ...cutCleanly } = { ...files, ...clean };
    expect(verifyLedger({ files: cutCleanly, verifier, known }).problem).toMatchObject({
      kind: 'split-view',
      entry: 3,
      through: 6,
    });
  });

  it('L-26 finds a log that does not contain a checkpoint known from elsewhere', async () => {
    const files = await auditedFiles();
    const { root } = verifyLedger({ files, verifier });
    const note = (size: number, of: Uint8Array): Promise<string> =>
      signCheckpoint({ origin: ORIGIN, size, root: of }, SIGNER);
    const verdict = (known: string): string | undefined =>
      verifyLedger({ files, verifier, known: [known] }).problem?.kind;
    expect(verdict(await note(7, root))).toBeUndefined();
    expect(verdict(await note(8, root))).toBe('split-view');
    expect(verdict(await note(6, root))).toBe('split-view');
    expect(verdict(await note(7, changed(root, 0)))).toBe('split-view');
    expect(verdict('nonsense')).toBe('signature');
  });
});
