// SPDX-License-Identifier: Apache-2.0
// `isthmus audit` on a link as it lies on disk: in order; one byte changed anywhere; copied while the node
// ran, or torn by a crash; one log told two ways.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AuditReport, placeOf, reportHtml, reportText } from '@isthmus/audit';
import { createRandom } from '@isthmus/earth';
import {
  formatEvidence,
  parseEvidence,
  verifyEvidence,
  verifyLedger,
} from '@isthmus/ledger/verify';
import { encodeBase64, parseVerifierKey } from '@isthmus/seal';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { agreement } from '../../apps/cli/src/commands/agreement.ts';
import { audit, auditOf } from '../../apps/cli/src/commands/audit.ts';
import { AGREEMENT, ledgerKey, makeLog, writeFolder, writeLink } from './audit-fixture.ts';

const SEED = 8;
const FLIPS = 6;
const BATCHES = 4;

const root = mkdtempSync(join(tmpdir(), 'isthmus-audit-'));
const good = join(root, 'good');
const work = join(root, 'work');
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
beforeAll(async () => {
  await writeLink(good, BATCHES);
  cpSync(good, work, { recursive: true });
});

const LEDGERS = ['west-out', 'east-in', 'east-out', 'west-in', 'west-export'];
const KEYS = ['keys/west', 'keys/east'];

/** The whole link at a place, or some of its folders. */
function audited(at: string, folders = LEDGERS): Promise<AuditReport> {
  const place = (name: string): string => join(at, name);
  return auditOf({
    folders: folders.map(place),
    keys: KEYS.map(place),
    agreement: null,
    decisions: folders.includes('west-out') ? [place('decisions.ndjson')] : [],
    known: [],
  });
}

let spoilt: string | null = null;

/** The link with one file changed; the one that was before is put back. */
function spoil(file: string, change: (bytes: Buffer) => Buffer): void {
  if (spoilt !== null) cpSync(join(good, spoilt), join(work, spoilt));
  spoilt = file;
  writeFileSync(join(work, file), change(readFileSync(join(good, file))));
}

test('a link in order: every entry, receipt and decision, and nothing to remark', async () => {
  const report = await audited(good);
  expect(report.findings).toEqual([]);
  expect(report.remarks).toEqual([]);
  expect(report.inOrder).toBe(true);
  expect(report.logs.map(({ log, entries }) => [log, entries])).toEqual([
    ['west/isthmus/exercise/1/ledger/east', 3 * BATCHES],
    ['east/isthmus/exercise/1/ledger/west', 3 * BATCHES],
  ]);
  const [west] = report.logs;
  expect(west?.copies.map(({ form, isWhole }) => [form, isWhole])).toEqual([
    ['ledger', true],
    ['mirror', true],
    ['export', true],
  ]);
  expect(west?.receipts).toMatchObject({ count: BATCHES, entries: 3 * BATCHES });
  // Decided at 12:00:01 and each second after; receipted two seconds after that.
  expect(west?.receipts?.latency).toEqual({ count: BATCHES, medianS: 2, p90S: 2, worstS: 2 });
  expect(west?.clauses).toMatchObject([{ clause: 'west-launches', kinds: { track: 3 * BATCHES } }]);
  expect([...(west?.crossed ?? [])].map(({ index }) => index)).toEqual(
    Array.from({ length: 3 * BATCHES }, (_, i) => i),
  );
  expect(report.decisions).toMatchObject([
    { side: 'west', released: 3 * BATCHES, withheld: [{ code: 'outside-region', count: 1 }] },
  ]);
});

const FILES = [
  ...['entries', 'checkpoints', 'size', 'receipts'].map((name) => `west-out/${name}`),
  ...['entries', 'checkpoints'].map((name) => `east-in/${name}`),
  ...['checkpoint', 'tile/0/000.p/12', 'tile/entries/000.p/12'].map(
    (name) => `west-export/${name}`,
  ),
  ...KEYS.flatMap((folder) => [`${folder}/identity.pub`, `${folder}/register.note`]),
  'decisions.ndjson',
];

/** What is wrong with how the audit of a spoilt link went; null where all was named. */
async function drill(file: string, at: number, by: number): Promise<string | null> {
  spoil(file, (bytes) => Buffer.from(bytes.with(at, (bytes[at] as number) ^ by)));
  const { findings, inOrder } = await audited(work, foldersOf(file));
  const named = findings.filter(
    ({ folder, file: name }) =>
      (folder === null ? name : join(folder, name ?? '')) === join(work, file),
  );
  const isEntry =
    !file.endsWith('/entries') || named.some(({ entry }) => entry === entryAt(file, at));
  // Nothing but that file is called wrong; of keys, what they signed is.
  const isAlone = file.startsWith('keys') || named.length === findings.length;
  if (!inOrder && named.length > 0 && isEntry && isAlone) return null;
  return `seed ${SEED}, byte ${at} of ${file} changed by ${by}: ${JSON.stringify(findings)}`;
}

test.each(FILES)(
  'L-25 one byte changed in %s is named with the file, and the entry',
  async (file) => {
    const random = createRandom(`${SEED} ${file}`);
    const { length } = readFileSync(join(good, file));
    const problems: (string | null)[] = [];
    for (let flip = 0; flip < FLIPS; flip += 1) {
      problems.push(await drill(file, random.integer(length), 1 + random.integer(255)));
    }
    expect(problems.filter((one) => one !== null)).toEqual([]);
  },
);

/** The folder a file is in, and another copy of the same log. */
function foldersOf(file: string): string[] {
  if (file.startsWith('west-export')) return ['west-export', 'east-in'];
  return file.startsWith('keys') ? LEDGERS : ['west-out', 'east-in'];
}

/** The entry a byte of an entries file is of: its header is its own. */
function entryAt(file: string, at: number): number {
  const bytes = readFileSync(join(good, file));
  let index = 0;
  for (let end = 0; ; index += 1) {
    end += 12 + bytes.readUInt32BE(end);
    if (at < end) return index;
  }
}

test('L-40 a file copied while the node ran, or torn by a crash, is not called changed', async () => {
  const lengthOf = (file: string): number => readFileSync(join(good, file)).length;
  const [oneNote, oneReceipt] = [
    lengthOf('west-out/checkpoints'),
    lengthOf('west-out/receipts'),
  ].map((length) => Math.floor(length / BATCHES)) as [number, number];
  const tails: readonly (readonly [file: string, cut: number])[] = [
    ['west-out/checkpoints', 7],
    ['west-out/checkpoints', oneNote - 3],
    ['west-out/receipts', 11],
    ['west-out/receipts', oneReceipt + 20],
    ['east-in/checkpoints', 30],
  ];
  for (const [file, cut] of tails) {
    spoil(file, (bytes) => bytes.subarray(0, bytes.length - cut));
    const { findings, remarks } = await audited(work);
    expect(findings, `${file} cut by ${cut}`).toEqual([]);
    expect(remarks.length, `${file} cut by ${cut}`).toBeGreaterThan(0);
  }
  // Entries of a commit under way: written, and not signed for yet.
  spoil('west-out/entries', (bytes) => Buffer.concat([bytes, bytes.subarray(0, 200)]));
  expect((await audited(work)).findings).toEqual([]);
  // An older copy of the mirror, cut at a checkpoint, is the beginning of the same story.
  spoil('east-in/checkpoints', (bytes) => bytes.subarray(0, noteEnd(bytes, 2)));
  const older = await audited(work);
  expect(older.findings).toEqual([]);
  expect(older.logs[0]?.copies[1]).toMatchObject({ entries: 6, isWhole: true });
});

function noteEnd(bytes: Buffer, count: number): number {
  let end = 0;
  for (let i = 0; i < count; i += 1) end += 12 + bytes.readUInt32BE(end);
  return end;
}

test('L-40 what was signed for and is missing is told apart from what was changed', async () => {
  spoil('west-out/entries', (bytes) => bytes.subarray(0, bytes.length - 5));
  const { findings } = await audited(work, ['west-out']);
  expect(findings.map(({ kind, file, entry }) => [kind, file, entry])).toContainEqual([
    'incomplete',
    'entries',
    3 * BATCHES - 1,
  ]);
  expect(findings.some(({ kind }) => kind === 'damaged')).toBe(false);
});

test('L-26 one log told two ways is named with its first other entry, and evidence that proves it', async () => {
  const { theirs } = await makeLog('west', 2, 'another ');
  const other = join(root, 'another');
  await writeFolder(theirs, 'in', other);
  const { findings } = await auditOf({
    folders: [join(good, 'west-out'), other],
    keys: [join(good, 'keys/west')],
    agreement: null,
    decisions: [],
    known: [],
  });
  expect(findings.map(({ kind, entry }) => [kind, entry])).toEqual([['two-stories', 0]]);
  const key = parseVerifierKey(ledgerKey('west'));
  expect(verifyEvidence(findings[0]?.evidence ?? '', [key]).verdict).toBe('proven');
  // Beside a checkpoint that is not one of its own, a log has to have its root too.
  const { ledger } = await makeLog('west', 1, 'a third ');
  const known = join(work, 'known');
  writeFileSync(known, ledger.checkpoint ?? '');
  const shown = await auditOf({
    folders: [join(good, 'west-export')],
    keys: [join(good, 'keys/west')],
    agreement: null,
    decisions: [],
    known: [known],
  });
  expect(shown.findings.map(({ kind }) => kind)).toEqual(['two-stories']);
  const evidence = parseEvidence(shown.findings[0]?.evidence ?? '');
  expect(evidence.kind).toBe('not-a-beginning');
  expect(verifyEvidence(formatEvidence(evidence), [key]).verdict).toBe('proven');
});

test('the page and the text say the verdict, and the page needs no script', async () => {
  const report = await audited(good);
  expect(reportText(report)).toContain('In order: 24 entries of 2 logs are proven.');
  const page = reportHtml(report);
  expect(page).toContain('In order: 24 entries of 2 logs are proven.');
  expect(page).not.toContain('<script');
});

test('a clause or path that holds markup stands in the page as text', async () => {
  const report = await audited(good);
  const hostile = '<img src=x onerror=alert(1)>&"\'';
  const remark = { says: hostile, folder: hostile, ...placeOf({ file: hostile }) };
  const page = reportHtml({ ...report, remarks: [remark] });
  expect(page).not.toContain('<img');
  expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;&amp;&quot;&#39;');
});

/** Runs a command in this process. */
async function told(
  run: () => Promise<number>,
): Promise<{ readonly code: number; readonly out: string }> {
  const write = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  try {
    const code = await run();
    return { code, out: write.mock.calls.map(([piece]) => String(piece)).join('') };
  } finally {
    write.mockRestore();
  }
}

test('roots and promises are those of verifyLedger and of agreement compliance', async () => {
  const keys = KEYS.map((name) => join(good, name));
  const folders = ['west-out', 'east-out'].map((name) => join(good, name));
  const given = { folders, keys, agreement: AGREEMENT, decisions: [], known: [] };
  const { agreement: judged, logs, inOrder } = await auditOf(given);
  const asked = [
    ...folders.flatMap((folder) => ['--ledger', folder]),
    ...keys.flatMap((folder) => ['--keys', folder]),
  ];
  const { code, out } = await told(() => agreement(['compliance', AGREEMENT, ...asked, '--json']));
  const compliance = JSON.parse(out) as { verdicts: unknown; accounts: unknown };
  // An audit holds no values of states, and says of which promises that is.
  const unjudged = '; grids and floors of states are judged by isthmus agreement compliance';
  const verdicts = judged?.verdicts.map((one) => ({
    ...one,
    says: one.says.replace(unjudged, ''),
  }));
  expect(judged?.verdicts.filter(({ says }) => says.endsWith(unjudged)).length).toBeGreaterThan(0);
  expect({ verdicts, accounts: judged?.accounts }).toEqual({
    verdicts: compliance.verdicts,
    accounts: compliance.accounts,
  });
  expect(inOrder).toBe(code === 0);
  const names = ['entries', 'checkpoints', 'size', 'receipts'];
  const files = Object.fromEntries(
    names.map((name) => [name, readFileSync(join(good, 'west-out', name))]),
  );
  const proven = verifyLedger({ files, verifier: parseVerifierKey(ledgerKey('west')) });
  expect(proven.verified).toBe(true);
  expect(logs[0]?.root).toBe(encodeBase64(proven.root));
});

test('exit codes: 0 in order, 1 something found; what is no input is refused with what to do', async () => {
  const keys = KEYS.flatMap((name) => ['--keys', join(good, name)]);
  const html = join(root, 'report.html');
  const whole = await told(() => audit([join(good, 'west-out'), ...keys, '--html', html]));
  expect([whole.code, whole.out.split('\n')[0]]).toEqual([
    0,
    'In order: 12 entries of 1 log are proven.',
  ]);
  expect(readFileSync(html, 'utf8')).toContain('In order: 12 entries of 1 log are proven.');
  spoil('west-out/entries', (bytes) => Buffer.from(bytes.with(100, (bytes[100] as number) ^ 1)));
  const found = await told(() => audit([join(work, 'west-out'), ...keys]));
  expect(found.code).toBe(1);
  expect(found.out).toContain('west-out/entries, entry 0: ');
  const refused: readonly (readonly [readonly string[], string])[] = [
    [[], 'usage: isthmus audit'],
    [[join(good, 'west-out')], '--keys is needed'],
    [[root, ...keys], 'holds no ledger'],
    [[join(good, 'west-out'), ...keys.slice(2)], 'none of the keys given is of it'],
    [
      [join(good, 'west-out'), ...keys, '--known', join(root, 'nowhere')],
      'cannot be read (ENOENT)',
    ],
  ];
  for (const [args, why] of refused) await expect(audit(args), why).rejects.toThrow(why);
});
