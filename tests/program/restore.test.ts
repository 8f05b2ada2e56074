// SPDX-License-Identifier: Apache-2.0
// `isthmus restore` and `isthmus evidence check` as a user runs them: a side put back from an older
// copy, its partner's export, and what an auditor is told about two checkpoints.

import { mkdtempSync, rmSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLedger, signCheckpoint } from '@isthmus/ledger';
import { createFileStorage } from '@isthmus/ledger/adapters';
import { formatEvidence } from '@isthmus/ledger/verify';
import {
  encodeText,
  formatVerifierKey,
  type NoteSigner,
  randomBytes,
  verifierOf,
} from '@isthmus/seal';
import { openSigner } from '@isthmus/seal/adapters';
import type { Encoded } from '@isthmus/wire';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prepareRun, readRun } from '../../apps/cli/src/demo/prepare.ts';
import { provision } from '../../apps/cli/src/demo/provision.ts';
import { readSideKeys } from '../../apps/cli/src/side/key-files.ts';
import { Program } from './program.ts';

const WEST = { side: 'west', partner: 'east', mode: 'exercise', epoch: 1 } as const;
const EAST = { ...WEST, side: 'east', partner: 'west' } as const;
const root = mkdtempSync(join(tmpdir(), 'isthmus-test-'));
const at = (...path: readonly string[]): string => join(root, ...path);
let signer: NoteSigner;

/** Records items of West's ledger, each under a checkpoint of its own. */
async function fill(from: number, until: number): Promise<void> {
  const storage = createFileStorage(at('west/data'));
  const salt = (): Uint8Array => randomBytes(16);
  const ledger = await openLedger({
    storage,
    folder: 'ledger/out',
    origin: signer.name,
    signer,
    salt,
  });
  for (let i = from; i < until; i += 1) {
    // A stand-in for an encoded item: the ledger does not read what it records.
    const standIn: unknown = { bytes: encodeText(`item ${i}`) };
    await ledger.append([standIn as Encoded]);
  }
  await storage.close();
}

async function isthmus(
  ...args: readonly string[]
): Promise<{ code: number | null; out: string; err: string }> {
  const program = new Program(args);
  try {
    const code = await program.closed;
    return { code, out: program.out, err: program.err };
  } finally {
    program.end();
  }
}

beforeAll(async () => {
  await provision(prepareRun(await readRun({ scenario: 'quiet-day' }), 1), root, 1);
  signer = openSigner((await readSideKeys(at('west/keys'), WEST)).ledger);
  await fill(0, 1);
  await cp(at('west/data'), at('copy'), { recursive: true });
  await fill(1, 4);
  await mkdir(at('east/data/ledger/in'), { recursive: true });
  for (const name of ['entries', 'checkpoints']) {
    await cp(at('west/data/ledger/out', name), at('east/data/ledger/in', name));
  }
  await isthmus('export', at('east/side.yaml'), '--ledger', 'in', '--out', at('export'));
});

afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));

test('L-36 a side put back from a copy takes the missing entries from its partner’s export', async () => {
  const lost = await readFile(at('west/data/ledger/out/entries'));
  await rm(at('west/data'), { recursive: true });
  await cp(at('copy'), at('west/data'), { recursive: true });
  const restored = await isthmus('restore', at('west/side.yaml'), '--from', at('export'), '--json');
  expect(restored.err).toBe('');
  expect(JSON.parse(restored.out)).toMatchObject({ adopted: 3, entries: 4, isBegunAnew: true });
  expect(await readFile(at('west/data/ledger/out/entries'))).toEqual(lost);
  const again = await isthmus('restore', at('west/side.yaml'), '--from', at('export'));
  expect([again.code, again.out]).toEqual([0, expect.stringContaining('nothing was missing')]);
});

test('L-36 an export that is spoiled, of another log, or not there changes nothing, with exit code 2', async () => {
  const before = await readFile(at('west/data/ledger/out/entries'));
  await cp(at('export'), at('spoiled'), { recursive: true });
  const bundle = at('spoiled/tile/entries/000.p/4');
  const bytes = await readFile(bundle);
  bytes[30] = (bytes[30] as number) ^ 1;
  await writeFile(bundle, bytes);
  await cp(at('export'), at('other'), { recursive: true });
  const stranger = openSigner((await readSideKeys(at('east/keys'), EAST)).ledger);
  const note = await signCheckpoint(
    { origin: stranger.name, size: 4, root: randomBytes(32) },
    stranger,
  );
  await writeFile(at('other/checkpoint'), note);
  for (const [folder, message] of [
    ['spoiled', 'do not give the signed root'],
    ['other', 'no signature by a known key'],
    ['nowhere', 'there is no file checkpoint'],
  ] as const) {
    const refused = await isthmus('restore', at('west/side.yaml'), '--from', at(folder));
    expect([refused.code, refused.out]).toEqual([2, '']);
    expect(refused.err).toContain(message);
  }
  expect(await readFile(at('west/data/ledger/out/entries'))).toEqual(before);
});

test('L-32 evidence is checked with a key alone: 0 proven, 1 not proven, 2 no evidence', async () => {
  const key = formatVerifierKey(verifierOf(signer));
  const note = (): Promise<string> =>
    signCheckpoint({ origin: signer.name, size: 4, root: randomBytes(32) }, signer);
  const text = formatEvidence({ kind: 'two-roots', first: await note(), second: await note() });
  await writeFile(at('evidence.txt'), text);
  const proven = await isthmus('evidence', 'check', at('evidence.txt'), '--key', key);
  expect([proven.code, proven.out]).toEqual([
    0,
    `Proven. The key of ${signer.name} signed two different logs of 4 entries.\n`,
  ]);
  const other = formatVerifierKey(verifierOf((await readSideKeys(at('east/keys'), EAST)).ledger));
  const unproven = await isthmus('evidence', 'check', at('evidence.txt'), '--key', other, '--json');
  expect(unproven.code).toBe(1);
  expect(JSON.parse(unproven.out)).toMatchObject({ kind: 'two-roots', verdict: 'nothing' });
  await writeFile(at('cut.txt'), text.slice(0, -9));
  for (const args of [
    [at('cut.txt'), '--key', key],
    [at('evidence.txt'), '--key', 'west'],
    [at('evidence.txt')],
  ]) {
    expect((await isthmus('evidence', 'check', ...args)).code).toBe(2);
  }
});
