// SPDX-License-Identifier: Apache-2.0
// `isthmus audit` where a key has ended: what it signed up to its end counts, what it signed beyond is
// named, and what is proven without it stays proven (spec/keys.md, K-12 to K-15).

import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditReport } from '@isthmus/audit';
import { openLedger } from '@isthmus/ledger';
import { registerScope } from '@isthmus/node';
import {
  heldKey,
  type KeyEnd,
  type KeyStatus,
  keyPairFromSeed,
  openRegister,
  provePossession,
  type RegisteredKey,
  registeredKey,
  sha256,
  signRegister,
  verifierOf,
} from '@isthmus/seal';
import { openSigner } from '@isthmus/seal/adapters';
import { encode } from '@isthmus/wire';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { auditOf } from '../../apps/cli/src/commands/audit.ts';
import { writeRegister } from '../../apps/cli/src/side/key-files.ts';
import { releaseSource } from '../../bench/decisions.ts';
import { keyOf, makeLog, writeFolder, writeLink } from './audit-fixture.ts';

const BATCHES = 4;
const root = mkdtempSync(join(tmpdir(), 'isthmus-audit-keys-'));
const good = join(root, 'good');
const keys = join(root, 'keys');
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
let endAt6: KeyEnd;
beforeAll(async () => {
  await writeLink(good, BATCHES);
  const { ledger } = await makeLog('west', 2);
  endAt6 = { size: ledger.size, root: ledger.root };
});

type Side = 'west' | 'east';

/** Hands over a register in which the side's first key of a purpose has ended, and others stand beside. */
async function endKey(
  side: Side,
  purpose: 'ledger' | 'cosign',
  of: {
    readonly status: KeyStatus;
    readonly end: KeyEnd;
    readonly next?: RegisteredKey;
  },
): Promise<void> {
  cpSync(join(good, 'keys'), keys, { recursive: true });
  const signer = openSigner(keyOf(side, 'identity'));
  const identity = verifierOf(signer);
  const note = readFileSync(join(keys, side, 'register.note'), 'utf8');
  const register = openRegister(note, identity, scopeOf(side));
  const changed = register.keys.flatMap((key) => {
    if (key.purpose !== purpose) return [key];
    const { status, end, next } = of;
    return [{ ...key, status, end }, ...(next === undefined ? [] : [next])];
  });
  const renewed = { ...register, serial: 2, keys: changed };
  await writeRegister(join(keys, side), { identity, note: await signRegister(renewed, signer) });
}

const scopeOf = (side: Side) =>
  registerScope({
    side,
    partner: side === 'west' ? 'east' : 'west',
    mode: 'exercise',
    epoch: 1,
  });

function audited(...folders: readonly string[]): Promise<AuditReport> {
  return auditOf({
    folders,
    keys: ['west', 'east'].map((side) => join(keys, side)),
    agreement: null,
    decisions: [],
    known: [],
  });
}

const west = join(good, 'west-out');
const toldOf = ({ findings }: AuditReport) =>
  findings.map(({ kind, file, record }) => [kind, file, record]);

test.each(['retired', 'revoked'] as const)(
  'K-13 what a %s key signed up to its end counts, and what it signed beyond is named',
  async (status) => {
    await endKey('west', 'ledger', { status, end: endAt6 });
    const report = await audited(west);
    expect(toldOf(report).slice(0, 2)).toEqual([
      ['revoked', 'checkpoints', 2],
      ['revoked', 'checkpoints', 3],
    ]);
    expect(report.findings[0]?.says).toContain(`by a key ${status} at 6`);
    expect(report.findings.every(({ kind }) => kind !== 'damaged' && kind !== 'root')).toBe(true);
    expect(report.logs[0]?.entries).toBe(6);
    expect(report.inOrder).toBe(false);
  },
);

test.each(['retired', 'revoked'] as const)(
  'K-12 a log that a new key goes on with behind the end of a %s one is in order',
  async (status) => {
    const pair = keyPairFromSeed(sha256(new TextEncoder().encode('audit west second ledger')));
    const signer = openSigner(heldKey(keyOf('west', 'ledger').name, pair, 1));
    const identity = verifierOf(openSigner(keyOf('west', 'identity')));
    const scope = scopeOf('west');
    const second = { purpose: 'ledger', number: 2, status: 'active', end: null } as const;
    const proof = await provePossession(signer, { identity, scope, ...second });
    const next = registeredKey(scope, { ...second, publicKey: signer.publicKey, proof });
    await endKey('west', 'ledger', { status, end: endAt6, next });
    const { own, ledger } = await makeLog('west', 2);
    await ledger.close();
    const first = verifierOf(openSigner(keyOf('west', 'ledger')));
    const ledgerKeys = [{ ...first, status, end: endAt6 }, next];
    const salt = (): Uint8Array => new Uint8Array(16).fill(7);
    const place = { storage: own, folder: 'out', origin: signer.name };
    const resumed = await openLedger({ ...place, signer, keys: ledgerKeys, salt });
    const source = releaseSource(3);
    await resumed.append([0, 1, 2].map(() => encode(source.next())));
    const folder = join(root, `went-on-${status}`);
    await writeFolder(own, 'out', folder);
    const report = await audited(folder);
    expect(report.findings).toEqual([]);
    expect(report.logs[0]).toMatchObject({ entries: 9, copies: [{ isWhole: true }] });
  },
);

test('K-14 a log other than the one the owner of an ended key stands by is named for what it is', async () => {
  const { own } = await makeLog('west', 2, 'a thief’s ');
  const folder = join(root, 'thief');
  await writeFolder(own, 'out', folder);
  await endKey('west', 'ledger', { status: 'retired', end: endAt6 });
  const retired = await audited(folder);
  // At the very end another root does not count, and before it nothing tells the two apart.
  expect(toldOf(retired)).toContainEqual(['revoked', 'checkpoints', 1]);
  expect(toldOf(retired)).toContainEqual(['two-stories', 'checkpoints', null]);
  await endKey('west', 'ledger', { status: 'revoked', end: endAt6 });
  expect(toldOf(await audited(folder))).toContainEqual(['revoked', 'checkpoints', null]);
  // A beginning of the true log, by a revoked key, does not hold what its owner stands by either.
  const { own: short } = await makeLog('west', 1);
  await writeFolder(short, 'out', join(root, 'short'));
  expect(toldOf(await audited(join(root, 'short')))).toEqual([['revoked', 'checkpoints', null]]);
});

test('K-15 receipts by a cosigner’s key beyond its end are named, and the entries stay proven', async () => {
  await endKey('east', 'cosign', { status: 'revoked', end: endAt6 });
  const report = await audited(west);
  expect(toldOf(report)).toEqual([
    ['revoked', 'receipts', 2],
    ['revoked', 'receipts', 3],
  ]);
  expect(report.logs[0]).toMatchObject({
    entries: 3 * BATCHES,
    receipts: { count: 2, entries: 6 },
  });
});
