// SPDX-License-Identifier: Apache-2.0
// `isthmus keys` as an operator meets it: two sides that share what they hand over and nothing else.

import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLedger } from '@isthmus/ledger';
import { createFileStorage } from '@isthmus/ledger/adapters';
import { verifyLedger } from '@isthmus/ledger/verify';
import { encodeText, randomBytes } from '@isthmus/seal';
import { openSigner } from '@isthmus/seal/adapters';
import type { Encoded } from '@isthmus/wire';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prepareRun, readRun } from '../../apps/cli/src/demo/prepare.ts';
import { provision } from '../../apps/cli/src/demo/provision.ts';
import { readSide } from '../../apps/cli/src/side/open-side.ts';
import { freePort, Program } from './program.ts';

const root = mkdtempSync(join(tmpdir(), 'isthmus-keys-'));
const at = (...path: readonly string[]): string => join(root, ...path);
const sideOf = (side: string): string => at(side, 'side.yaml');

interface Register {
  readonly serial: number;
  readonly fingerprint: string;
  readonly items: readonly {
    readonly item: string;
    readonly number: number;
    readonly status: string;
    readonly end?: number;
  }[];
}

async function keys(
  ...args: readonly string[]
): Promise<{ code: number | null; err: string; out: string }> {
  const program = new Program(['keys', ...args]);
  try {
    return { code: await program.closed, err: program.err, out: program.out };
  } finally {
    program.end();
  }
}

async function changed(...args: readonly string[]): Promise<Register> {
  const { code, err, out } = await keys(...args, '--json');
  expect(err).toBe('');
  expect(code).toBe(0);
  const shown = JSON.parse(out) as Readonly<Record<string, Register>>;
  return (shown['own'] ?? shown['partner']) as Register;
}

const states = (register: Register, item: string): string[] =>
  register.items.flatMap((one) =>
    one.item === item ? [`${one.status}${one.end === undefined ? '' : ` at ${one.end}`}`] : [],
  );

/** Records items as west's node would, with the key that west now has. */
async function fill(count: number): Promise<void> {
  const west = await readSide(sideOf('west'));
  const storage = createFileStorage(west.data);
  const ledger = await openLedger({
    storage,
    folder: 'ledger/out',
    origin: west.keys.ledger.name,
    signer: openSigner(west.keys.ledger),
    keys: west.ownLedgerKeys,
    salt: () => randomBytes(16),
  });
  for (let i = 0; i < count; i += 1) {
    // A stand-in for an encoded item: the ledger does not read what it records.
    const standIn: unknown = { bytes: encodeText(`item ${i}`) };
    await ledger.append([standIn as Encoded]);
  }
  await storage.close();
}

beforeAll(async () => {
  await provision(prepareRun(await readRun({ scenario: 'quiet-day' }), 1), root, 1);
});

afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));

test('both sides show the same fingerprints, serials and keys', async () => {
  const [west, east] = await Promise.all(
    ['west', 'east'].map((side) => keys('show', sideOf(side), '--json')),
  );
  const [ofWest, ofEast] = [west, east].map(
    (one) => JSON.parse(one?.out ?? '') as Record<string, Register>,
  );
  expect(ofWest?.['own']).toEqual(ofEast?.['partner']);
  expect(ofWest?.['partner']).toEqual(ofEast?.['own']);
  const plain = await keys('show', sideOf('west'));
  expect(plain.out).toContain(`identity ${ofWest?.['own']?.fingerprint}`);
  expect(plain.out).toMatch(/ledger +1 {2}active/);
});

test('K-11 K-12 a ledger key is changed with overlap, then revoked; what it signed still verifies', async () => {
  await fill(3);
  const old = (await readSide(sideOf('west'))).keys.ledger;
  expect(states(await changed('rotate', sideOf('west'), 'ledger'), 'ledger')).toEqual([
    'active',
    'active',
  ]);
  await fill(2);
  const revoked = await changed('revoke', sideOf('west'), 'ledger', '1');
  expect(states(revoked, 'ledger')).toEqual(['revoked at 5', 'active']);
  await fill(1);

  // East takes the register over, and verifies with it.
  const handed = at('west/keys/register.note');
  const enrolled = await changed('enrol', sideOf('east'), handed);
  expect(enrolled).toEqual(revoked);
  const { partnerKeys } = await readSide(sideOf('east'));
  const files = Object.fromEntries(
    ['entries', 'checkpoints'].map((name) => [
      name,
      readFileSync(at('west/data/ledger/out', name)),
    ]),
  );
  expect(verifyLedger({ files, verifier: partnerKeys.ledger })).toMatchObject({
    verified: true,
    entries: 6,
  });

  // The thief has the old key and a copy of the record, and adds to it.
  const copy = createFileStorage(at('thief'));
  cpSync(at('west/data/ledger'), at('thief/ledger'), { recursive: true });
  const west = await readSide(sideOf('west'));
  const thief = await openLedger({
    storage: copy,
    folder: 'ledger/out',
    origin: old.name,
    signer: openSigner(old),
    keys: west.ownLedgerKeys.map(({ name, type, publicKey, keyId }) => ({
      name,
      type,
      publicKey,
      keyId,
    })),
    salt: () => randomBytes(16),
  });
  const standIn: unknown = { bytes: encodeText('forged') };
  await thief.append([standIn as Encoded]);
  await copy.close();
  const forged = Object.fromEntries(
    ['entries', 'checkpoints'].map((name) => [name, readFileSync(at('thief/ledger/out', name))]),
  );
  expect(verifyLedger({ files: forged, verifier: partnerKeys.ledger })).toMatchObject({
    verified: false,
    problem: { kind: 'revoked' },
  });
});

test('K-8 an older register, and one of somebody else, are refused with exit code 2', async () => {
  const before = at('before.note');
  cpSync(at('west/keys/register.note'), before);
  const next = await changed('rotate', sideOf('west'), 'hello');
  expect(states(next, 'hello')).toEqual(['active', 'active']);
  await changed('enrol', sideOf('east'), at('west/keys/register.note'));
  const enrolled = readFileSync(at('east/partner/register.note'), 'utf8');
  const older = await keys('enrol', sideOf('east'), before);
  expect(older.code).toBe(2);
  expect(older.err).toContain('is older than the enrolled');
  const own = await keys('enrol', sideOf('east'), at('east/keys/register.note'));
  expect(own.code).toBe(2);
  expect(own.err).toContain('register.note: ');
  expect(readFileSync(at('east/partner/register.note'), 'utf8')).toBe(enrolled);
});

test('K-17 certificates change with overlap; only active ones are pinned', async () => {
  const rotated = await changed('rotate', sideOf('west'), 'certificate');
  expect(states(rotated, 'certificate')).toEqual(['active', 'active']);
  const revoked = await changed('revoke', sideOf('west'), 'certificate', '1');
  expect(states(revoked, 'certificate')).toEqual(['revoked', 'active']);
  await changed('enrol', sideOf('east'), at('west/keys/register.note'));
  const { certificates } = (await readSide(sideOf('east'))).register;
  expect(certificates.map((one) => one.status)).toEqual(['revoked', 'active']);
});

test('an agreement key is revoked once the agreement is signed without it, and both sides go on', async () => {
  const [note, signed] = [at('west/agreement.note'), at('signed-anew.note')];
  const revoke = () => keys('revoke', sideOf('west'), 'agreement', '1');
  const before = readFileSync(at('west/keys/register.note'), 'utf8');
  expect((await revoke()).err).toMatch(/without agreement 1 the agreement in force is not signed/);
  expect(readFileSync(at('west/keys/register.note'), 'utf8')).toBe(before);
  await changed('rotate', sideOf('west'), 'agreement');
  expect((await revoke()).code).toBe(2);
  const what = [sideOf('west'), at('west/agreement.json')];
  const sign = new Program(['agreement', 'sign', ...what, '--with', note, '--out', signed]);
  expect(await sign.closed).toBe(0);
  for (const side of ['west', 'east']) cpSync(signed, at(side, 'agreement.note'));
  const { code, err } = await revoke();
  expect([code, err]).toEqual([0, '']);
  await changed('enrol', sideOf('east'), at('west/keys/register.note'));
  for (const side of ['west', 'east']) await readSide(sideOf(side));
  // The note with the signature of the revoked key alone is the agreement of nobody any more.
  const lines = readFileSync(signed, 'utf8').split('\n');
  const newest = lines.findLastIndex((line) => line.startsWith('— west/'));
  writeFileSync(at('east/agreement.note'), lines.toSpliced(newest, 1).join('\n'));
  await expect(readSide(sideOf('east'))).rejects.toThrow(/not signed by west/);
  cpSync(signed, at('east/agreement.note'));
});

test('K-18 a live link over TLS is cut within 5 s of a revocation, and a bad register changes nothing', async () => {
  const folder = at('live');
  const configs = await provision(
    prepareRun(await readRun({ scenario: 'quiet-day' }), 1),
    folder,
    await freePort(),
  );
  const [west, east] = [configs['west'] ?? '', configs['east'] ?? ''];
  const register = join(folder, 'east/partner/register.note');
  const nodes = [west, east].map((config) => new Program(['node', '--config', config]));
  const [ofWest, ofEast] = nodes as [Program, Program];
  try {
    await Promise.all(nodes.map((node) => node.said(/"link":"up"/)));
    // A register nobody signed is told, and the one before stays in force.
    const before = readFileSync(register, 'utf8');
    writeFileSync(register, before.replace('serial 1', 'serial 2'));
    await ofEast.said(/register\.note: .*stays in force/);
    writeFileSync(register, before);
    expect(ofEast.err).not.toContain('revoked');

    const { code } = await keys('revoke', west, 'hello', '1');
    expect(code).toBe(0);
    // What `keys enrol` does last: the file is put in place, and the clock runs.
    const from = performance.now();
    cpSync(join(folder, 'west/keys/register.note'), register);
    await ofEast.said(/link: revoked/);
    await ofWest.said(/link: revoked/);
    expect(performance.now() - from).toBeLessThan(5_000);
  } finally {
    for (const node of nodes) node.end();
  }
});

test('what is typed wrongly is refused with exit code 2 and changes nothing', async () => {
  const before = readFileSync(at('west/keys/register.note'), 'utf8');
  const cases: readonly [readonly string[], RegExp][] = [
    [[], /usage: isthmus keys/],
    [['rotate', sideOf('west')], /usage: isthmus keys/],
    [['rotate', sideOf('west'), 'identity'], /there is no key "identity"/],
    [['revoke', sideOf('west'), 'hello', 'first'], /named by its number from 1/],
    [['revoke', sideOf('west'), 'hello', '9'], /there is no hello 9; there are 1 to 2/],
    [['revoke', sideOf('west'), 'ledger', '1'], /is revoked already/],
    [['revoke', sideOf('west'), 'agreement', '2'], /signing the agreement anew/],
    [
      ['rotate', sideOf('west'), 'hello', '--identity', at('east/keys/identity.key')],
      /is not the identity key/,
    ],
    [['enrol', sideOf('east'), at('nothing')], /cannot be read/],
    [['enrol', sideOf('east'), at('west/side.yaml')], /not a signed note/],
  ];
  for (const [args, message] of cases) {
    const { code, err } = await keys(...args);
    expect(err).toMatch(message);
    expect(code, args.join(' ')).toBe(2);
  }
  expect(readFileSync(at('west/keys/register.note'), 'utf8')).toBe(before);
  expect(existsSync(at('west/keys/register.note.next'))).toBe(false);
});
