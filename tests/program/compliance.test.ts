// SPDX-License-Identifier: Apache-2.0
// `isthmus agreement compliance` on ledgers as they lie on disk: those of a seeded run of both sides,
// both copies of each, and one made by hand in which an entry is late.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { addSeconds, geodeticFromDegrees, type Instant } from '@isthmus/earth';
import {
  createMemoryStorage,
  exportTiles,
  type MemoryStorage,
  openLedger,
  openLedgerReader,
} from '@isthmus/ledger';
import { createFileStorage } from '@isthmus/ledger/adapters';
import { createRegister, identifierMaker, sideKeyName } from '@isthmus/node';
import type { LaunchReport } from '@isthmus/picture';
import { createMemory, decide } from '@isthmus/release';
import { heldKey, keyPairFromSeed, verifierOf } from '@isthmus/seal';
import { openSigner } from '@isthmus/seal/adapters';
import { encode } from '@isthmus/wire';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { loadAgreement } from '../../apps/cli/src/agreement-file.ts';
import { agreement } from '../../apps/cli/src/commands/agreement.ts';
import { seededKeys } from '../../apps/cli/src/demo/memory-side.ts';
import { type PreparedRun, prepareRun, readRun } from '../../apps/cli/src/demo/prepare.ts';
import { runInProcess } from '../../apps/cli/src/demo/run-in-process.ts';
import { ROOT } from '../../apps/cli/src/repository.ts';
import { writeRegister } from '../../apps/cli/src/side/key-files.ts';
import { UserError } from '../../apps/cli/src/user-error.ts';

const root = mkdtempSync(join(tmpdir(), 'isthmus-compliance-'));
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));

const TERMS = join(root, 'terms.yaml');
const SIDES = ['west', 'east'] as const;
let run: PreparedRun;

/** The exercise's terms with two promises: one that the run keeps, one that it does not. */
async function writeTerms(): Promise<void> {
  const terms = await loadAgreement(join(ROOT, 'agreements/exercise.yaml'));
  const latency = [
    { clause: 'west-launches', of: 'report', withinS: 90 },
    { clause: 'west-launches', of: 'state', withinS: 8 },
  ];
  const duties = { latency, withdrawal: { withinS: 60 } };
  writeFileSync(TERMS, stringify({ ...terms, duties }));
}

/** Both registers, as each would hand its own over. */
async function writeKeys(): Promise<void> {
  for (const [i, side] of SIDES.entries()) {
    const partner = SIDES[1 - i] ?? '';
    const of = { side, partner, mode: 'exercise', epoch: 1 } as const;
    const pair = keyPairFromSeed(new Uint8Array(32).fill(i + 1));
    const identity = heldKey(sideKeyName('identity', of), pair);
    const note = await createRegister(of, {
      keys: seededKeys(run, side, partner),
      identity: openSigner(identity),
      certificate: new Uint8Array(32),
      open: openSigner,
    });
    await writeRegister(join(root, 'keys', side), { identity: verifierOf(identity), note });
  }
}

/** A ledger of memory as the files it would be. */
async function writeLedger(storage: MemoryStorage, folder: string, name: string): Promise<string> {
  const target = join(root, name);
  mkdirSync(target, { recursive: true });
  for (const file of ['entries', 'checkpoints', 'size', 'receipts']) {
    const bytes = await storage.read(`${folder}/${file}`);
    if (bytes !== null) writeFileSync(join(target, file), bytes);
  }
  return target;
}

beforeAll(async () => {
  await writeTerms();
  const scenario = join(root, 'first.yaml');
  const changes = [{ at: '/durationS', to: 80 }];
  writeFileSync(scenario, stringify({ base: 'black-sea', name: 'first', title: 'F', changes }));
  run = prepareRun(await readRun({ scenario, agreement: TERMS }), 1);
  await writeKeys();
  const storages = new Map(SIDES.map((side) => [side as string, createMemoryStorage()]));
  await runInProcess(run, { storageOf: (side) => storages.get(side) ?? createMemoryStorage() });
  for (const side of SIDES) {
    for (const folder of ['out', 'in']) {
      await writeLedger(
        storages.get(side) as MemoryStorage,
        `ledger/${folder}`,
        `${side}-${folder}`,
      );
    }
  }
  await writeExport('west-out');
});

/** A ledger as the static files an auditor is given. */
async function writeExport(name: string): Promise<void> {
  const origin = seededKeys(run, 'west', 'east').ledger.name;
  const verifier = verifierOf(seededKeys(run, 'west', 'east').ledger);
  const storage = createFileStorage(root);
  const reader = await openLedgerReader({ storage, folder: name, origin, verifier });
  const source = { size: reader.size, root: reader.root, checkpoint: reader.checkpoint };
  const batchAfter: typeof reader.batchAfter = (from) => reader.batchAfter(from);
  for await (const { path, bytes } of exportTiles({ ...source, batchAfter })) {
    const file = join(root, 'west-export', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  await storage.close();
}

const ledger = (name: string): string[] => ['--ledger', join(root, name)];
const KEYS = SIDES.flatMap((side) => ['--keys', join(root, 'keys', side)]);

/** Runs the command in this process. */
async function judged(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly out: string }> {
  const write = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  try {
    const code = await agreement(['compliance', ...args]);
    return { code, out: write.mock.calls.map(([text]) => String(text)).join('') };
  } finally {
    write.mockRestore();
  }
}

test('a run is judged from both copies: what was kept, what was not, and the entries that prove it', async () => {
  const both = [...ledger('west-out'), ...ledger('east-in')];
  const text = await judged(TERMS, ...both, ...KEYS);
  expect(text.code).toBe(1);
  expect(text.out).toContain('1 promise was not kept.');
  expect(text.out).toMatch(
    /west to east: (\d+) entries, \1 with .*receipt, 2 copies tell the same/,
  );
  expect(text.out).toMatch(/kept: latency of reports: promised within 90 seconds/);
  expect(text.out).toMatch(
    /NOT KEPT: latency of states: .* \(first entry \d+, slowest entry \d+\)/,
  );
  const { out } = await judged(TERMS, ...both, ...KEYS, '--json');
  const told = JSON.parse(out) as {
    verdicts: { promise: string; outcome: string; proof: { first: number; failed: number } }[];
    accounts: { releases: Record<string, number>; stateLatency: { worstS: number } }[];
  };
  expect(told.accounts[0]?.releases['launch-report']).toBeGreaterThan(1);
  expect(told.accounts[0]?.stateLatency.worstS).toBeGreaterThan(8);
  const partner = await judged(TERMS, ...ledger('east-in'), ...KEYS, '--json');
  // What East computes from its mirror alone is what West computes from its ledger.
  expect(JSON.parse(partner.out)).toMatchObject({
    verdicts: told.verdicts,
    accounts: told.accounts,
  });
  const exported = await judged(TERMS, ...ledger('west-export'), ...ledger('east-in'), ...KEYS);
  expect(exported.out).toContain('no receipts in these copies, 2 copies tell the same');
  expect(exported.out.split('\n').slice(4)).toEqual(text.out.split('\n').slice(4));
});

/** A ledger of one launch report, decided so many seconds after the launch it names. */
async function lateLedger(afterS: number): Promise<string> {
  const storage = createMemoryStorage();
  const keys = seededKeys(run, 'west', 'east');
  const ledgerOut = await openLedger({
    storage,
    folder: 'out',
    origin: keys.ledger.name,
    signer: openSigner(keys.ledger),
    salt: () => new Uint8Array(16),
  });
  const launchTime: Instant = run.firstTick;
  const item: LaunchReport = {
    kind: 'launch-report',
    event: 'e1',
    update: 1,
    final: false,
    launchTime,
    launchTimeSigmaS: 1,
    launchArea: { centre: geodeticFromDegrees(20, 62), radiusM: 10_000 },
    azimuthRad: 5.6,
    azimuthSigmaRad: 0.03,
    objectCountAtLeast: 1,
    impactArea: null,
    impactTime: null,
    impactTimeSigmaS: null,
    sources: ['infrared'],
    assessment: 'cue',
  };
  const draft = {
    item,
    category: 'launch',
    region: null,
    current: null,
    mode: 'exercise',
  } as const;
  const terms = {
    agreement: run.agreement,
    from: 'west',
    to: 'east',
    agreementHash: run.agreementHash,
    identify: identifierMaker(keys.identifiers, run.agreementHash),
  };
  const decision = decide(createMemory(), draft, terms, addSeconds(launchTime, afterS));
  if (decision.outcome !== 'release') throw new Error(JSON.stringify(decision));
  await ledgerOut.append([encode(decision.released)]);
  return writeLedger(storage, 'out', `late-${afterS}`);
}

test('an entry that is late by a second is found, and one that is not is not', async () => {
  await lateLedger(90);
  await lateLedger(91);
  const kept = await judged(TERMS, ...ledger('late-90'), ...KEYS);
  expect([kept.code, kept.out]).toEqual([0, expect.stringContaining('the slowest took 90 s')]);
  // An entry whose writing was cut off was not sent, and spoils nothing before it.
  const entries = join(root, 'late-90', 'entries');
  const whole = readFileSync(entries);
  writeFileSync(entries, Buffer.concat([whole, whole.subarray(0, 40)]));
  expect(await judged(TERMS, ...ledger('late-90'), ...KEYS)).toEqual(kept);
  writeFileSync(entries, whole);
  const late = await judged(TERMS, ...ledger('late-91'), ...KEYS);
  expect(late.code).toBe(1);
  expect(late.out).toContain(
    'NOT KEPT: latency of reports: promised within 90 seconds; 1 of 1 took longer, the slowest 91 s (first entry 0)',
  );
});

test('what cannot be judged is refused with what to do: keys, folders, bytes, two stories', async () => {
  const refusal = async (...args: readonly string[]): Promise<string> => {
    const error = await judged(...args).then(
      () => null,
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(UserError);
    return (error as UserError).message;
  };
  const west = ledger('west-out');
  expect(await refusal(TERMS, ...KEYS)).toContain('--ledger is needed');
  expect(await refusal(TERMS, ...west)).toContain('--keys is needed');
  expect(await refusal(TERMS, '--ledger', root, ...KEYS)).toContain('holds no ledger');
  expect(await refusal(TERMS, ...west, ...KEYS.slice(2))).toContain('register.note of west');
  const other = join(ROOT, 'agreements/black-sea.yaml');
  expect(await refusal(other, ...west, ...KEYS)).toContain('nothing in these ledgers is under');
  const jdec = join(ROOT, 'agreements/jdec-2000.yaml');
  expect(await refusal(jdec, ...west, ...KEYS)).toContain('is between united-states and russia');
  expect(await refusal(TERMS, ...west, ...ledger('late-91'), ...KEYS)).toContain(
    'tell two stories of this log',
  );
  const entries = join(root, 'late-90', 'entries');
  const bytes = readFileSync(entries);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  writeFileSync(entries, bytes);
  expect(await refusal(TERMS, ...ledger('late-90'), ...KEYS)).toContain(
    'does not hold: entry 0 is not as it was written',
  );
});
