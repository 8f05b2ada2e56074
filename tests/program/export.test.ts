// SPDX-License-Identifier: Apache-2.0
// `isthmus export` as a user runs it, on a side whose ledgers were filled without a link.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLedger } from '@isthmus/ledger';
import { createFileStorage } from '@isthmus/ledger/adapters';
import {
  encodeBase64,
  encodeText,
  formatVerifierKey,
  randomBytes,
  verifierOf,
} from '@isthmus/seal';
import { openSigner } from '@isthmus/seal/adapters';
import type { Encoded } from '@isthmus/wire';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prepareRun, readRun } from '../../apps/cli/src/demo/prepare.ts';
import { provision } from '../../apps/cli/src/demo/provision.ts';
import { readSide } from '../../apps/cli/src/side/open-side.ts';
import { Program } from './program.ts';

const root = mkdtempSync(join(tmpdir(), 'isthmus-test-'));
const at = (...path: readonly string[]): string => join(root, ...path);

interface Filled {
  readonly checkpoint: string | null;
  readonly root: string;
  readonly key: string;
}

async function fill(side: string, entries: number): Promise<Filled> {
  const signer = openSigner((await readSide(at(side, 'side.yaml'))).keys.ledger);
  const storage = createFileStorage(at(side, 'data'));
  const ledger = await openLedger({
    storage,
    folder: 'ledger/out',
    origin: signer.name,
    signer,
    salt: () => randomBytes(16),
  });
  for (let i = 0; i < entries; i += 1) {
    // A stand-in for an encoded item: the ledger does not read what it records.
    const standIn: unknown = { bytes: encodeText(`item ${i}`) };
    await ledger.append([standIn as Encoded]);
  }
  await storage.close();
  const key = formatVerifierKey(verifierOf(signer));
  return { checkpoint: ledger.checkpoint, root: encodeBase64(ledger.root), key };
}

async function exported(...args: readonly string[]): Promise<Program & { code: number | null }> {
  const program = new Program(['export', at('west', 'side.yaml'), ...args]);
  try {
    return Object.assign(program, { code: await program.closed });
  } finally {
    program.end();
  }
}

let sent: Filled;
let received: Filled;

beforeAll(async () => {
  await provision(prepareRun(await readRun({ scenario: 'quiet-day' }), 1), root, 1);
  sent = await fill('west', 3);
  received = await fill('east', 2);
  // A mirror holds the writer's bytes under the writer's names.
  for (const name of ['entries', 'checkpoints']) {
    const [from, to] = [at('east/data/ledger/out', name), at('west/data/ledger/in', name)];
    await mkdir(at('west/data/ledger/in'), { recursive: true });
    await cp(from, to);
  }
});

afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));

test('a side exports what it sent and what it received, each with the key of its writer', async () => {
  const out = await exported('--ledger', 'out', '--out', at('sent'), '--json');
  expect(out.err).toBe('');
  expect(JSON.parse(out.out)).toEqual({
    out: at('sent'),
    ledger: 'out',
    entries: 3,
    root: sent.root,
    key: sent.key,
  });
  expect(readFileSync(at('sent/checkpoint'), 'utf8')).toBe(sent.checkpoint);
  expect(readFileSync(at('sent/tile/0/000.p/3')).length).toBe(3 * 32);
  expect(readFileSync(at('sent/tile/entries/000.p/3')).length).toBe(3 * (2 + 16 + 6));
  // With a slash behind it, onto an empty folder.
  await mkdir(at('received'));
  const other = await exported('--ledger', 'in', '--out', `${at('received')}/`);
  expect(other.out).toContain(
    `2 entries, root ${received.root}\nTo be verified with ${received.key}\n`,
  );
  expect(readFileSync(at('received/checkpoint'), 'utf8')).toBe(received.checkpoint);
});

test('an auditor’s copy of the folder, without a secret in it, exports the same', async () => {
  const copy = at('copy');
  await cp(at('west'), copy, { recursive: true });
  for (const name of readdirSync(at('copy/keys'))) {
    if (name.endsWith('.key') || name.endsWith('key.pem')) rmSync(at('copy/keys', name));
  }
  expect(readdirSync(at('copy/keys')).sort()).toEqual([
    'identity.pub',
    'link-certificate.pem',
    'register.note',
  ]);
  const program = new Program([
    'export',
    at('copy/side.yaml'),
    '--ledger',
    'out',
    '--out',
    at('o'),
  ]);
  expect(await program.closed).toBe(0);
  expect(readFileSync(at('o/checkpoint'), 'utf8')).toBe(sent.checkpoint);
});

test('a folder that holds anything is left as it is, with exit code 2', async () => {
  await mkdir(at('filled'));
  await writeFile(at('filled/mine'), 'mine');
  const refused = await exported('--ledger', 'out', '--out', at('filled'));
  expect([refused.code, refused.out]).toEqual([2, '']);
  expect(refused.err).toContain('is not empty; name a folder that is empty or not there');
  expect(readdirSync(at('filled'))).toEqual(['mine']);
  const file = await exported('--ledger', 'out', '--out', at('filled/mine'));
  expect([file.code, readFileSync(at('filled/mine'), 'utf8')]).toEqual([2, 'mine']);
});

test.each([
  [['--out', 'x'], '--ledger takes out (what was sent) or in'],
  [['--ledger', 'out'], 'usage: isthmus export'],
  [['--ledger', 'out', '--out', 'x', '--format', 'zip'], '--format takes tiles, not "zip"'],
])('export %j is refused with what to type', async (args, message) => {
  const refused = await exported(...args);
  expect(refused.code).toBe(2);
  expect(refused.err).toContain(message);
});

test('a ledger that does not hold gives exit code 1 and leaves nothing', async () => {
  const file = at('west/data/ledger/in/entries');
  const bytes = await readFile(file);
  await writeFile(file, bytes.fill(1, 40, 41));
  const refused = await exported('--ledger', 'in', '--out', at('never'));
  expect([refused.code, refused.out]).toEqual([1, '']);
  expect(refused.err).toBe('ledger in does not hold: entry 1 is missing or damaged\n');
  rmSync(at('west/data/ledger/in'), { recursive: true });
  const empty = await exported('--ledger', 'in', '--out', at('never'));
  expect(empty.code).toBe(2);
  expect(empty.err).toContain('ledger in: no checkpoint is signed yet; there is nothing to export');
  expect(existsSync(at('never')) || existsSync(at('never.partial'))).toBe(false);
});
