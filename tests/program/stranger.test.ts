// SPDX-License-Identifier: Apache-2.0
// Two sides begun by strangers to the program: init, pair, sign, and what the doctor says on the way. They fly,
// the network between them breaks and is mended, and an auditor finds the one byte that somebody changed.

import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { agreement } from '../../apps/cli/src/commands/agreement.ts';
import { audit } from '../../apps/cli/src/commands/audit.ts';
import { doctor } from '../../apps/cli/src/commands/doctor.ts';
import { init } from '../../apps/cli/src/commands/init.ts';
import { pair } from '../../apps/cli/src/commands/pair.ts';
import { type PreparedRun, prepareRun, readRun } from '../../apps/cli/src/demo/prepare.ts';
import { ROOT } from '../../apps/cli/src/repository.ts';
import { type Ailment, examine } from '../../apps/cli/src/side/examine.ts';
import { flightOfNow } from './flight-of-now.ts';
import { freePort, Network, Program } from './program.ts';

const root = mkdtempSync(join(tmpdir(), 'isthmus-stranger-'));
const at = (...path: readonly string[]): string => join(root, ...path);
const TERMS = join(ROOT, 'agreements/exercise.yaml');

/** A command as it is typed: its exit code and what it printed. */
async function typed(
  command: (args: readonly string[]) => Promise<number>,
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly out: string }> {
  let out = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  try {
    return { code: await command(args), out };
  } finally {
    write.mockRestore();
  }
}

async function ailments(side: string): Promise<Readonly<Record<string, Ailment>>> {
  const { out } = await typed(doctor, at(side, 'side.yaml'), '--json');
  const found = JSON.parse(out) as readonly Ailment[];
  return Object.fromEntries(found.map((one) => [one.part, one]));
}

/** Seconds of the flight that lie in the past when the nodes start: West's satellite is about to see it. */
const PAST_S = 60;
let run: PreparedRun;
let network: Network;
const fingerprints: Record<string, string> = {};

beforeAll(async () => {
  run = prepareRun(await readRun({ scenario: 'black-sea', agreement: 'exercise' }), 1);
  const [port, dialled] = [await freePort(), await freePort()];
  network = new Network(dialled, port);
  for (const { name, sensorDocuments } of run.sides) {
    writeFileSync(at(`${name}.yaml`), stringify({ sensors: sensorDocuments }));
    const place =
      name === 'west' ? ['--listen', `127.0.0.1:${port}`] : ['--dial', `127.0.0.1:${dialled}`];
    const about = ['--side', name, '--agreement', TERMS, '--sensors', at(`${name}.yaml`)];
    const { out } = await typed(init, at(name), ...about, ...place, '--json');
    fingerprints[name] = (JSON.parse(out) as { readonly fingerprint: string }).fingerprint;
  }
});
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));

test('a side that is there already is not written over, and nothing is left beside it', async () => {
  const about = ['--side', 'west', '--agreement', TERMS, '--sensors', at('west.yaml')];
  const again = init([at('west'), ...about, '--dial', '127.0.0.1:1']);
  await expect(again).rejects.toThrow(/is there already/);
  expect(readdirSync(root).filter((name) => name.endsWith('.partial'))).toEqual([]);
  const stranger = ['--side', 'north', '--agreement', TERMS, '--sensors', at('west.yaml')];
  await expect(init([at('north'), ...stranger, '--dial', '127.0.0.1:1'])).rejects.toThrow(
    /between west and east; --side must be one of them, not "north"/,
  );
  expect(existsSync(at('north'))).toBe(false);
});

test('pairing takes nothing over before a fingerprint was heard, nor with another one', async () => {
  expect((await ailments('west'))['partner']).toMatchObject({ verdict: 'wrong' });
  const asked = await typed(pair, at('west', 'side.yaml'), at('east', 'keys'));
  expect(asked.code).toBe(1);
  expect(asked.out).toContain(fingerprints['east']);
  const other = ['--fingerprint', fingerprints['west'] ?? ''];
  await expect(pair([at('west', 'side.yaml'), at('east', 'keys'), ...other])).rejects.toThrow(
    /Nothing is taken over/,
  );
  expect(existsSync(at('west', 'partner'))).toBe(false);
  for (const [side, partner] of [['west', 'east'] as const, ['east', 'west'] as const]) {
    const heard = (fingerprints[partner] ?? '').toUpperCase().replaceAll(' ', '  ');
    const paired = await typed(
      pair,
      at(side, 'side.yaml'),
      at(partner, 'keys'),
      '--fingerprint',
      heard,
    );
    expect(paired.code).toBe(0);
  }
  await expect(pair([at('west', 'side.yaml'), at('east', 'keys')])).rejects.toThrow(
    /paired with this identity already/,
  );
});

test('the doctor asks for the signatures; the two link, lose the network, and go on when it is back', async () => {
  expect((await ailments('west'))['agreement']).toMatchObject({
    verdict: 'wrong',
    remedy: expect.stringContaining('agreement sign') as string,
  });
  const sign = (side: string, ...more: readonly string[]) =>
    typed(agreement, 'sign', at(side, 'side.yaml'), at(side, 'agreement.yaml'), ...more);
  await sign('west', '--out', at('west.note'));
  await sign('east', '--out', at('east', 'agreement.note'), '--with', at('west.note'));
  copyFileSync(at('east', 'agreement.note'), at('west', 'agreement.note'));
  const found = await ailments('west');
  expect(Object.values(found).filter(({ verdict }) => verdict === 'wrong')).toEqual([]);
  expect((await ailments('east'))['link']).toMatchObject({ verdict: 'soon' });

  await network.mend();
  for (const { name, feed } of flightOfNow(run, PAST_S).sides) {
    const lines = feed.map((one) => `${JSON.stringify(one)}\n`);
    writeFileSync(at(name, 'plots.ndjson'), lines.join(''));
  }
  const nodes = ['west', 'east'].map(
    (side) => new Program(['node', '--config', at(side, 'side.yaml')]),
  );
  const [, east] = nodes;
  if (east === undefined) throw new RangeError('expected two nodes');
  const learnt = (): number => Number(/.*"received":(\d+)/s.exec(east.out)?.[1] ?? 0);
  try {
    await Promise.all(nodes.map((node) => node.said(/"link":"up"/)));
    expect((await ailments('west'))['link']?.says).toBe('the node of this side runs');
    await east.said(/"received":[1-9]/);
    await network.cut();
    const before = { said: east.out.length, learnt: learnt() };
    await east.saidSince(/"link":"degraded"/, before.said);
    await network.mend();
    await east.saidSince(/"link":"degraded".*"link":"up"/s, before.said);
    // What West saw meanwhile comes behind it, in order.
    await east.saidSince(new RegExp(`"received":(?!${before.learnt}\\D)[1-9]`), before.said);
    expect(learnt()).toBeGreaterThan(before.learnt);
  } finally {
    await network.cut();
    for (const node of nodes) node.child.kill('SIGTERM');
    await Promise.all(nodes.map((node) => node.closed));
    for (const node of nodes) node.end();
  }
  expect((await ailments('west'))['journal']?.says).toMatch(/^\d+ turns until /);
});

test('an auditor finds all in order, and then the one byte that was changed by hand', async () => {
  const ledgers = ['west/data/ledger/out', 'east/data/ledger/in'];
  const keys = ['--keys', at('west/keys'), '--keys', at('east/keys')];
  const beside = ['--agreement', TERMS, '--decisions', at('west/data/decisions.ndjson')];
  const given = [...ledgers.map((folder) => at(folder)), ...keys, ...beside, '--json'];
  const sound = await typed(audit, ...given);
  const found = JSON.parse(sound.out) as Audit;
  expect(found.findings).toEqual([]);
  expect(found.logs[0]?.entries).toBeGreaterThan(1);
  const file = at('east/data/ledger/in/entries');
  flip(file);
  const spoilt = await typed(audit, ...given);
  flip(file);
  expect(spoilt.code).toBe(1);
  const { findings } = JSON.parse(spoilt.out) as Audit;
  expect(findings.length).toBeGreaterThan(0);
  for (const { folder, file: name, entry } of findings) {
    expect([folder, name]).toEqual([at('east/data/ledger/in'), 'entries']);
    expect(entry).toEqual(expect.any(Number));
  }
});

/** What is looked at here of an audit. */
interface Audit {
  readonly findings: readonly {
    readonly folder: string | null;
    readonly file: string | null;
    readonly entry: number | null;
  }[];
  readonly logs: readonly { readonly entries: number }[];
}

test.each([
  [
    'keys',
    'a key that others can read',
    /others on this machine can read it/,
    {
      spoil: () => chmodSync(at('west', 'keys/ledger.key'), 0o644),
      mend: () => chmodSync(at('west', 'keys/ledger.key'), 0o600),
    },
  ],
  [
    'journal',
    'a journal that was changed',
    /is not what was written/,
    { spoil: () => flip(at('west', 'data/journal')), mend: () => flip(at('west', 'data/journal')) },
  ],
  [
    'plots',
    'no file of plots',
    /is not there/,
    {
      spoil: () => rmSync(at('west', 'plots.ndjson')),
      mend: () => writeFileSync(at('west', 'plots.ndjson'), ''),
    },
  ],
  [
    'agreement',
    'terms that were changed',
    /agreement/,
    {
      spoil: () => appendFileSync(at('west', 'agreement.yaml'), 'coverage: []\n'),
      mend: () => copyFileSync(TERMS, at('west', 'agreement.yaml')),
    },
  ],
] as const)('the doctor finds in %s: %s', async (part, _, says, change) => {
  change.spoil();
  const found = (await ailments('west'))[part];
  change.mend();
  expect(found).toMatchObject({ verdict: 'wrong', says: expect.stringMatching(says) as string });
  expect((await ailments('west'))[part]?.verdict).toBe('well');
});

test('the doctor finds elements of satellites that are too old to count', async () => {
  const config = at('west', 'side.yaml');
  const before = readFileSync(config, 'utf8');
  // A published verification case of SGP4 (AIAA 2006-6753), of the year 2000.
  const elements = [
    '1 00005U 58002B   00179.78495062  .00000023  00000-0  28098-4 0  4753',
    '2 00005  34.2682 348.7242 1859667 331.7664  19.3264 10.82419157413667',
  ];
  writeFileSync(at('west', 'satellites'), `${elements.join('\n')}\n`);
  appendFileSync(config, 'catalogue: satellites\n');
  const found = (await ailments('west'))['catalogue'];
  writeFileSync(config, before);
  expect(found).toMatchObject({
    verdict: 'soon',
    says: expect.stringContaining('all of 1 satellites have elements more than 15 days') as string,
    remedy: expect.stringContaining('put newer ones in its place') as string,
  });
  expect((await ailments('west'))['catalogue']).toBeUndefined();
});

test('the end of a certificate is told 30, 14, 7 and 2 days before, and after it', async () => {
  const ends = Date.now() + 365 * 86_400_000;
  const told = async (daysBefore: number): Promise<string> => {
    const found = await examine(at('west', 'side.yaml'), new Date(ends - daysBefore * 86_400_000));
    const one = found.find(({ part }) => part === 'certificate');
    return `${one?.verdict}: ${one?.says}`;
  };
  expect(await told(31)).toMatch(/^well/);
  expect(await told(29.5)).toMatch(/^soon: .* ends in 30 days/);
  expect(await told(6.5)).toMatch(/^soon: .* ends in 7 days/);
  expect(await told(1.5)).toMatch(/^soon: .* ends in less than 2 days/);
  expect(await told(-1)).toMatch(/^wrong: .* ended at/);
  expect(await told(366)).toMatch(/^wrong: the certificate begins at/);
});

/** Changes a byte in the middle of a file; a second time it is as it was. */
function flip(file: string): void {
  const bytes = readFileSync(file);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}
