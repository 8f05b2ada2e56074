// SPDX-License-Identifier: Apache-2.0
// An officer at work: two live nodes over TLS, and the program as it is typed. How long it takes from
// the command until the corrected warning is in the own feed and in the partner's.

import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type NodeStatus, scanDecisions } from '@isthmus/node';
import type { FeedRecord, Warning } from '@isthmus/picture';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prepareRun, readRun } from '../../apps/cli/src/demo/prepare.ts';
import { provision } from '../../apps/cli/src/demo/provision.ts';
import { ROOT } from '../../apps/cli/src/repository.ts';
import { flightOfNow } from './flight-of-now.ts';
import { freePort, Program } from './program.ts';

const root = mkdtempSync(join(tmpdir(), 'isthmus-officers-'));
/** Seconds of the flight that lie in the past when the nodes start: west's satellite is about to see it. */
const PAST_S = 100;

/** The newest tick of a node, with when it was printed. */
class Feed {
  warnings: readonly Warning[] = [];
  system: readonly Warning[] = [];
  #read = 0;
  readonly #program: Program;

  constructor(program: Program) {
    this.#program = program;
  }

  #take(): void {
    const { out } = this.#program;
    for (let end = out.indexOf('\n', this.#read); end !== -1; end = out.indexOf('\n', this.#read)) {
      const record = JSON.parse(out.slice(this.#read, end)) as FeedRecord;
      this.#read = end + 1;
      if (record.kind !== 'tick') continue;
      this.warnings = record.ownWarnings;
      this.system = record.systemWarnings;
    }
  }

  /** Milliseconds from now until `test` holds. */
  async until(what: string, holds: (feed: Feed) => boolean): Promise<number> {
    const from = performance.now();
    for (this.#take(); !holds(this); this.#take()) {
      if (performance.now() - from > 60_000 || this.#program.child.exitCode !== null) {
        throw new Error(`never: ${what}\n${this.#program.out.slice(-3000)}\n${this.#program.err}`);
      }
      await sleep(2);
    }
    return performance.now() - from;
  }
}

let nodes: readonly [Program, Program];
let feeds: readonly [Feed, Feed];
let configs: Readonly<Record<string, string>>;

beforeAll(async () => {
  const run = prepareRun(await readRun({ scenario: 'black-sea', agreement: 'exercise' }), 1);
  configs = await provision(flightOfNow(run, PAST_S), root, await freePort());
  appendFileSync(
    configs['west'] ?? '',
    `alerts: { sender: west.example, senderName: West }\npolicy: ${join(ROOT, 'policies/black-sea')}\n`,
  );
  const [a, b] = ['west', 'east'].map(
    (side) => new Program(['node', '--config', configs[side] ?? '']),
  );
  if (a === undefined || b === undefined) throw new RangeError('expected two sides');
  nodes = [a, b];
  feeds = [new Feed(a), new Feed(b)];
  await Promise.all(nodes.map((node) => node.said(/"link":"up"/)));
  await feeds[0].until('west warns', (feed) => feed.warnings.length > 0);
  await feeds[1].until('east knows from west', (feed) =>
    feed.system.some((one) => one.evidence.some(({ party }) => party === 'west')),
  );
});

afterAll(() => {
  for (const node of nodes) node.end();
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
});

async function typed(
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  return said('warning', ...args);
}

async function said(
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  const program = new Program(args);
  try {
    return { code: await program.closed, out: program.out, err: program.err };
  } finally {
    program.end();
  }
}

const on = (id: string, officer: string): string[] => {
  const config = configs['west'] ?? '';
  return ['--config', config, '--warning', id, '--officer', officer];
};

test('what is typed wrongly is refused with exit code 2, and changes nothing', async () => {
  const cases: readonly [readonly string[], RegExp][] = [
    [[], /usage: isthmus warning/],
    [['cancel', ...on('own-1', 'First Officer'), '--reason', 'no'], /there is no reason "no"/],
    [['cancel', ...on('own-1', 'Nobody'), '--reason', 'duplicate'], /names no officer "Nobody"/],
    [['cancel', ...on('west', 'First Officer'), '--reason', 'duplicate'], /such as own-1/],
  ];
  for (const [args, message] of cases) {
    const { code, err } = await typed(...args);
    expect(err).toMatch(message);
    expect(code, args.join(' ')).toBe(2);
  }
  const missing = await typed('note', ...on('own-99', 'First Officer'), '--text', 'x');
  expect(missing.code).toBe(1);
  expect(missing.out).toBe('There is no warning own-99.\n');
});

test('two officers confirm by hand; one of them twice does not', async () => {
  const id = feeds[0].warnings[0]?.id ?? '';
  const confirm = (officer: string) =>
    typed('confirm', ...on(id, officer), '--reason', 'partner-by-voice');
  expect((await confirm('First Officer')).out).toContain('a second officer may until');
  const again = await confirm('First Officer');
  expect([again.code, again.out]).toEqual([
    1,
    'First Officer asked already: the second must be another person.\n',
  ]);
  const second = await confirm('Second Officer');
  expect([second.code, second.out]).toEqual([
    0,
    `Warning ${id}: confirmed by hand by First Officer and Second Officer.\n`,
  ]);
  await feeds[0].until('confirmed', (feed) => feed.warnings[0]?.stage === 'confirmed');
});

test('Hawaii, January 2018: one command, and the correction is out well under a second later, here and there', async () => {
  const [west, east] = feeds;
  const id = west.warnings[0]?.id ?? '';
  await typed('note', ...on(id, 'Second Officer'), '--text', 'test data, says the sensor crew');
  const isWithdrawn = (one: Warning): boolean => one.stage === 'cancelled';
  const command = typed('cancel', ...on(id, 'First Officer'), '--reason', 'exercise-data');
  const acts = join(root, 'west/data/acts');
  // The clock of the correction runs from the act's file: what comes before is the start of a program.
  let from = performance.now();
  while (!readdirSync(acts).some((name) => name.endsWith('.act'))) {
    from = performance.now();
    await sleep(1);
  }
  const ownMs = await west
    .until('withdrawn', (feed) => feed.warnings.every(isWithdrawn))
    .then(() => performance.now() - from);
  await east.until('withdrawn by west', (feed) =>
    feed.system.every(
      (one) => isWithdrawn(one) || one.evidence.every(({ party }) => party !== 'west'),
    ),
  );
  const partnerMs = performance.now() - from;
  const { code, out } = await command;
  expect([code, out]).toEqual([
    0,
    `Warning ${id}: withdrawn by First Officer: exercise or test data in the picture, there was no launch.\n`,
  ]);
  process.stderr.write(
    `command to own feed ${ownMs.toFixed(0)} ms, to the partner's feed ${partnerMs.toFixed(0)} ms\n`,
  );
  expect(ownMs).toBeLessThan(1000);
  // The partner's node takes what came at its next second.
  expect(partnerMs).toBeLessThan(5000);
  const history = west.warnings[0]?.history ?? [];
  expect(history.slice(-2)).toMatchObject([
    { because: 'Second Officer: test data, says the sensor crew', by: ['Second Officer'] },
    { stage: 'cancelled', by: ['First Officer'], reason: 'exercise-data' },
  ]);
  // The same launch in the system picture went with it.
  expect(west.system.every(isWithdrawn)).toBe(true);
});

test('the alert that lay ready to withdraw it has its time and reason, and no name', async () => {
  const folder = join(root, 'west/data/alerts');
  const cancels = (): string[] => {
    const names = readdirSync(folder).filter((name) => name.endsWith('-cancel.xml'));
    return names.map((name) => readFileSync(join(folder, name), 'utf8'));
  };
  for (let waited = 0; !cancels().join().includes('exercise-data') && waited < 5000; waited += 20) {
    await sleep(20);
  }
  const [cancel = '', ...others] = cancels();
  expect(others).toEqual([]);
  expect(cancel).toContain('<status>Exercise</status>');
  expect(cancel).toContain('<valueName>isthmus:reason</valueName>');
  expect(cancel).toContain('<value>exercise-data</value>');
  expect(cancel).not.toMatch(/First|Second/);
});

test('the decision log names who acted, and what is answered is taken away', async () => {
  const acted = async () => {
    const { lines, broken } = scanDecisions(readFileSync(join(root, 'west/data/decisions.ndjson')));
    expect(broken).toBeNull();
    return lines.filter((line) => line.officers !== undefined && line.kind !== 'policy');
  };
  for (let waited = 0; (await acted()).length < 6 && waited < 5000; waited += 50) await sleep(50);
  expect((await acted()).map(({ kind, outcome, officers }) => [kind, outcome, officers])).toEqual([
    ['note', 'refused', ['First Officer']],
    ['confirm', 'asked', ['First Officer']],
    ['confirm', 'refused', ['First Officer']],
    ['confirm', 'done', ['First Officer', 'Second Officer']],
    ['note', 'done', ['Second Officer']],
    ['cancel', 'done', ['First Officer']],
  ]);
  expect(readdirSync(join(root, 'west/data/acts'))).toEqual([]);
});

test('a file that is no act, is of nobody, or is old, is answered with the reason and taken away', async () => {
  const acts = join(root, 'west/data/acts');
  const id = 'f'.repeat(32);
  for (const [text, says] of [
    ['{', 'The act is refused'],
    ['{"kind":"fire"}', 'it is not an act'],
    [
      JSON.stringify({ kind: 'note', id, warning: 'own-1', officer: 'Eve', text: 'x' }),
      'names no officer "Eve"',
    ],
    ['x'.repeat(70_000), 'it is too long'],
  ]) {
    // As the program puts it there: whole, or the node may read what is half written.
    writeFileSync(join(root, 'act'), text ?? '');
    renameSync(join(root, 'act'), join(acts, `${id}.act`));
    let answer = '';
    for (let waited = 0; answer === '' && waited < 5000; waited += 10) {
      await sleep(10);
      answer = readdirSync(acts).includes(`${id}.answer`)
        ? readFileSync(join(acts, `${id}.answer`), 'utf8')
        : '';
    }
    expect(answer).toContain(says?.replaceAll('"', '\\"'));
    for (let waited = 0; readdirSync(acts).length > 1 && waited < 5000; waited += 10)
      await sleep(10);
    rmSync(join(acts, `${id}.answer`));
  }
});

test('a policy is proposed by one officer and approved by another; one person does not', async () => {
  const next = join(root, 'next.cedar');
  writeFileSync(next, '@id("all") permit (principal, action, resource);');
  const config = configs['west'] ?? '';
  const from = ['--policy', next, '--from', '2100-01-01T00:00:00Z'];
  const proposed = await said('policy', 'propose', config, ...from, '--officer', 'First Officer');
  expect(proposed.out).toMatch(
    /^Policy [0-9a-f]{64} is proposed by First Officer .* nothing changes/,
  );
  const version = /[0-9a-f]{64}/.exec(proposed.out)?.[0] ?? '';
  const approve = (officer: string) =>
    said('policy', 'approve', config, '--version', version, '--officer', officer);
  const alone = await approve('First Officer');
  expect([alone.code, alone.out]).toEqual([
    1,
    'First Officer proposed it: it must be approved by another person.\n',
  ]);
  const both = await approve('Second Officer');
  expect([both.code, both.out]).toEqual([
    0,
    `Policy ${version}, proposed by First Officer, is approved by Second Officer; it is in force from 2100-01-01T00:00:00.000Z on.\n`,
  ]);
});

test('one command suspends the partner and one resumes it; status tells how it stands', async () => {
  const config = configs['west'] ?? '';
  const why = ['--officer', 'First Officer', '--reason', 'asked to by the ministry'];
  const asked = async () => {
    const { code, out } = await said('status', config, '--json');
    return { code, node: (JSON.parse(out) as { readonly node: NodeStatus }).node };
  };
  const [west, east] = nodes;
  expect(await asked()).toMatchObject({ code: 0, node: { link: 'up', suspension: null } });
  const seen = { west: west.out.length, east: east.out.length };
  const suspended = await said('partner', 'suspend', config, ...why);
  expect([suspended.code, suspended.out]).toEqual([
    0,
    'First Officer suspends east: the link is cut and nothing is released. The own picture goes on.\n',
  ]);
  await east.saidSince(/"link":"degraded"/, seen.east);
  const first = await asked();
  expect(first).toMatchObject({
    code: 0,
    node: { link: 'suspended', suspension: { officer: 'First Officer' }, recording: true },
  });
  expect((await said('status', config)).out).toMatch(
    /link {7}east: suspended: own sensors only, by First Officer at .*: asked to by the ministry\n/,
  );
  expect((await said('partner', 'suspend', config, ...why)).code).toBe(1);
  // No session was made meanwhile, and nothing was recorded to go out later.
  expect(west.out.slice(seen.west)).not.toMatch(/"link":"up"[^]*"link":"suspended"[^]*"link":"up"/);
  expect((await asked()).node.entries).toEqual(first.node.entries);
  expect((await said('partner', 'resume', config, ...why)).code).toBe(0);
  await west.saidSince(/"link":"suspended"[^]*"link":"up"/, seen.west);
  expect(await asked()).toMatchObject({ code: 0, node: { link: 'up', suspension: null } });
  const missing = await said('partner', 'suspend', config, '--officer', 'First Officer');
  expect([missing.code, missing.err]).toEqual([
    2,
    expect.stringContaining('usage: isthmus partner'),
  ]);
});

test('a side that no node runs is told so, and nothing is left lying', async () => {
  for (const node of nodes) node.child.kill('SIGINT');
  await Promise.all(nodes.map((node) => node.closed));
  const { code, err } = await typed(
    'cancel',
    ...on('own-1', 'First Officer'),
    '--reason',
    'duplicate',
  );
  expect(code).toBe(2);
  expect(err).toContain('no node runs this side');
  const status = await said('status', configs['west'] ?? '');
  expect([status.code, status.out]).toEqual([1, expect.stringContaining('west: no node runs')]);
  expect(readdirSync(join(root, 'west/data/acts'))).toEqual([]);
});

test('a side that is not running comes up suspended where an officer has ordered it', async () => {
  const config = configs['west'] ?? '';
  const why = ['--officer', 'First Officer', '--reason', 'the partner may be taken'];
  const ordered = await said('partner', 'suspend', config, ...why);
  expect([ordered.code, ordered.out]).toEqual([
    0,
    'No node runs west. It will start with east suspended, by First Officer, and have no link until an officer resumes it.\n',
  ]);
  const twice = await said('partner', 'suspend', config, ...why);
  expect([twice.code, twice.out]).toEqual([
    1,
    'No node runs west, and First Officer has ordered already that it starts with east suspended.\n',
  ]);
  expect((await said('status', config)).out).toContain(
    'It will start with east suspended, by First Officer: the partner may be taken\n',
  );
  // Orders do not grow old: the officer may have gone home by the time the node is started.
  const acts = join(root, 'west/data/acts');
  const [act = ''] = readdirSync(acts);
  utimesSync(join(acts, act), 1_700_000_000, 1_700_000_000);
  const nodesAgain = ['west', 'east'].map(
    (side) => new Program(['node', '--config', configs[side] ?? '']),
  );
  const [west, east] = nodesAgain;
  try {
    await west?.said(/First Officer suspends east: the link is cut/);
    await east?.said(/"kind":"tick"[^]*"kind":"tick"[^]*"kind":"tick"[^]*"kind":"tick"/);
    await west?.said(/"link":"suspended"[^]*"link":"suspended"[^]*"link":"suspended"/);
    for (const node of nodesAgain) expect(node.out).not.toContain('"link":"up"');
    expect((await said('partner', 'resume', config, ...why)).code).toBe(0);
    await west?.said(/"link":"up"/);
    const text = readFileSync(join(root, 'west/data/decisions.ndjson'), 'utf8');
    expect(text).toMatch(/suspend-partner.*"First Officer".*the partner may be taken/);
    expect(readdirSync(acts).filter((name) => name.endsWith('.act'))).toEqual([]);
  } finally {
    for (const node of nodesAgain) node.child.kill('SIGINT');
    await Promise.all(nodesAgain.map((node) => node.closed));
  }
});

test('a replay from the journal comes to the same history, with the same names', async () => {
  const program = new Program(['replay', configs['west'] ?? '', '--json']);
  try {
    expect(await program.closed).toBe(0);
    expect(JSON.parse(program.out)).toMatchObject({ snapshotAgrees: true });
  } finally {
    program.end();
  }
});

test('every step of every warning comes back from the journal, with who acted', async () => {
  const history = await typed('history', '--config', configs['west'] ?? '');
  expect(history.code).toBe(0);
  expect(history.out).toMatch(/^own-1: cancelled\n/);
  expect(history.out).toMatch(
    /confirmed Confirmed by hand by First Officer and Second Officer\. \[\S+.*\]\n/,
  );
  expect(history.out).toMatch(/cancelled Withdrawn by First Officer: exercise or test data/);
  const none = await typed('history', '--config', configs['west'] ?? '', '--warning', 'own-77');
  expect([none.code, none.err]).toEqual([2, 'isthmus: there never was a warning own-77\n']);
});
