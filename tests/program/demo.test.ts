// SPDX-License-Identifier: Apache-2.0
// The program as a user runs it: two processes, real sockets, real files.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prepareRun, readRun } from '../../apps/cli/src/demo/prepare.ts';
import { runInProcess } from '../../apps/cli/src/demo/run-in-process.ts';
import type { RunSummary, SideSummaries } from '../../apps/cli/src/demo/summary.ts';
import { ROOT } from '../../apps/cli/src/repository.ts';

const FLIGHT = join(ROOT, '../shared/data/falcon9/NROL-76/stage1_raw.json');

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function isthmus(
  args: readonly string[],
  options: { readonly temporary?: string; readonly interruptAfterMs?: number } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const main = join(ROOT, 'apps/cli/src/main.ts');
    const child = spawn(process.execPath, ['--conditions=isthmus-source', main, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...(options.temporary ? { TMPDIR: options.temporary } : {}) },
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    if (options.interruptAfterMs !== undefined) {
      setTimeout(() => child.kill('SIGINT'), options.interruptAfterMs);
    }
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

/** A summary without what differs from run to run by nature. */
function comparable(sides: SideSummaries): unknown {
  return Object.fromEntries(
    Object.entries(sides).map(([name, side]) => [
      name,
      side === null ? null : { ...side, pid: null },
    ]),
  );
}

/** One flight of two processes, its folders kept, and the same in one process. */
const temporaryOfRun = mkdtempSync(join(tmpdir(), 'isthmus-test-'));
const kept = join(temporaryOfRun, 'kept', 'here');
let flown: Awaited<ReturnType<typeof isthmus>>;
let inProcess: Awaited<ReturnType<typeof runInProcess>>;

beforeAll(async () => {
  const flight = ['demo', '--headless', '--json', '--speed', 'max', '--seed', '3', '--keep', kept];
  flown = await isthmus(flight, { temporary: temporaryOfRun });
  inProcess = await runInProcess(prepareRun(await readRun({ scenario: 'black-sea' }), 3));
}, 300_000);

afterAll(() => rmSync(temporaryOfRun, { recursive: true, force: true }));

test('two processes come to the summary that one process comes to, and both ledgers verify', () => {
  expect(flown.err).toBe('');
  expect(flown.code).toBe(0);
  const summary = JSON.parse(flown.out.trim().split('\n').at(-1) ?? '') as RunSummary;
  const pids = Object.values(summary.sides).map((side) => side?.pid);
  expect(new Set([...pids, process.pid]).size).toBe(3);
  for (const side of Object.values(summary.sides)) {
    expect(side?.ledgers.out.verified && side.ledgers.in.verified).toBe(true);
    expect(side?.refused).toBe(0);
  }
  expect(comparable(summary.sides)).toEqual(comparable(inProcess));
});

test('--keep leaves both sides’ folders, and one side’s ledger is the other’s mirror', async () => {
  const ledger = (side: string, which: string): Buffer =>
    readFileSync(join(kept, side, 'data/ledger', which, 'entries'));
  expect(ledger('west', 'out').equals(ledger('east', 'in'))).toBe(true);
  expect(ledger('east', 'out').equals(ledger('west', 'in'))).toBe(true);
  const replayed = await isthmus(['replay', join(kept, 'west/side.yaml')]);
  expect(replayed.out).toContain('the last snapshot is the same');
  expect(readdirSync(temporaryOfRun)).toEqual(['kept']);
});

test('East learns of the launch from West minutes before its own radar, West of the impact from East', () => {
  const { east, west } = inProcess;
  expect(east?.linked.tCue).toBeLessThan(90);
  expect(east?.alone.tCue).toBeGreaterThan(270);
  expect(west?.linked.tUseful).toBeLessThan(400);
  expect(west?.alone.tUseful).toBeGreaterThan(600);
});

test('Ctrl-C ends both sides and leaves no process and no file behind', async () => {
  const temporary = mkdtempSync(join(tmpdir(), 'isthmus-test-'));
  try {
    const ended = await isthmus(['demo', '--speed', '5'], { temporary, interruptAfterMs: 6000 });
    expect(ended.code).toBe(130);
    expect(ended.out).toContain('WEST has geo-20e');
    expect(readdirSync(temporary).filter((name) => name.startsWith('isthmus-'))).toEqual([]);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
});

test('what a user can mend is told in one line with exit code 2', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-test-'));
  const broken = join(folder, 'broken.yaml');
  writeFileSync(broken, 'name: broken\nmode: exercise\nsides:\n  west: 5\n');
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const address = taken.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['demo', 'atlantis'], /there is no scenario "atlantis"; there are .*black-sea/],
    [['demo', broken], /broken\.yaml:\d+: /],
    [['demo', '--speed', 'fast'], /--speed takes/],
    [['demo', '--seed', '1.5'], /--seed takes a whole number/],
    [['demo', '--flight', join(folder, 'none.json')], /none\.json: there is no such file/],
    [['demo', '--headless', '--port', String(port)], new RegExp(`port ${port} is taken`)],
    [['demo', '--console-port', String(port)], new RegExp(`port ${port} is taken.*--console-port`)],
    [['demo', '--headless', '--keep', folder], /is not empty; name a folder that is not there/],
    [['demo', '--headless', '--keep', broken], /broken\.yaml: cannot be made \(EEXIST\)/],
    [['demo', '--headless', '--console-port', '8101'], /--headless has no consoles/],
    [['node', '--config', broken, '--speed', '2'], /a live side keeps its own/],
    [['launch'], /there is no command "launch"/],
    [['demo', '--loud'], /--loud/],
  ];
  try {
    for (const [args, message] of cases) {
      const ended = await isthmus(args);
      expect(ended.err).toMatch(message);
      expect(ended.code).toBe(2);
      expect(ended.err.trim().split('\n')).toHaveLength(1);
    }
  } finally {
    taken.close();
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);

test.skipIf(!existsSync(FLIGHT))(
  'the recorded flight of NROL-76 runs through (skipped where the recording is absent)',
  async () => {
    const ended = await isthmus([
      'demo',
      '--flight',
      FLIGHT,
      '--headless',
      '--json',
      '--speed',
      'max',
    ]);
    expect(ended.err).toBe('');
    expect(ended.code).toBe(0);
    const summary = JSON.parse(ended.out.trim().split('\n').at(-1) ?? '') as RunSummary;
    expect(summary.sides['west']?.alone.tCue).not.toBeNull();
  },
);
