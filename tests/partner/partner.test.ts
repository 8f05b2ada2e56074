// SPDX-License-Identifier: Apache-2.0
// The partner in another language against a node of ours, and the conformance kit against both:
// processes, sockets, files. They wait far more than they work, and so run at once.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { conformance } from '../../apps/cli/src/commands/conformance.ts';
import { Kit } from '../../apps/cli/src/conformance/kit.ts';
import { type Outcome, runCases } from '../../apps/cli/src/conformance/run-cases.ts';
import type { PreparedRun, PreparedSide } from '../../apps/cli/src/demo/prepare.ts';
import { provision } from '../../apps/cli/src/demo/provision.ts';
import { verifyFolder } from '../../apps/cli/src/demo/run-processes.ts';
import { ROOT } from '../../apps/cli/src/repository.ts';
import { readSide } from '../../apps/cli/src/side/open-side.ts';
import { freePort, Program } from '../program/program.ts';
import { flight, IS_PYTHON_THERE, type Pairing, PYTHON_PARTNER, pairWithPython } from './sides.ts';

const root = mkdtempSync(join(tmpdir(), 'isthmus-partner-'));
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));

/** Two looks of a launch have been taken by then, seconds from the first tick of the flight. */
const NOW_S = 64;
const EVENT = '0123456789abcdef0123456789abcdef';

/** The first looks of the flight, as own plots of now: enough to tell the partner of. */
function writePlots(file: string, side: PreparedSide, firstTick: number): void {
  const shift = Date.now() * 1000 - (firstTick + NOW_S * 1e6);
  const recent = side.feed.filter(
    ({ arrival }) => Math.abs((arrival - firstTick) / 1e6 - NOW_S) < 15,
  );
  const moved = recent.map((one, id) => {
    return { ...one, id, time: one.time + shift, arrival: one.arrival + shift };
  });
  writeFileSync(file, moved.map((one) => `${JSON.stringify(one)}\n`).join(''));
}

/** What an officer of the partner writes: a launch a minute ago. */
function report(): string {
  return JSON.stringify({
    event: Buffer.from(EVENT, 'hex').toString('base64'),
    update: 1,
    launchTimeUs: String((Math.floor(Date.now() / 1000) - 60) * 1e6),
    launchTimeSigmaMs: 1000,
    launchArea: { latitudeRadE7: 7_330_000, longitudeRadE7: 5_760_000, radiusM: 15_000 },
    objectCountAtLeast: 1,
    sources: ['SOURCE_RADAR'],
    assessment: 'ASSESSMENT_TRACKED',
  });
}

const AT_ONCE = { concurrent: true } as const;
const PYTHON = { ...AT_ONCE, skip: !IS_PYTHON_THERE } as const;

const path = (...parts: readonly string[]): string => join(root, ...parts);
const bytes = (...parts: readonly string[]): Buffer => readFileSync(path(...parts));

/** The kit as the partner of what listens at the port. */
async function judge(as: string, at: number): Promise<Outcome[]> {
  return runCases(await Kit.open(await readSide(as), { host: '127.0.0.1', port: at }));
}

/** The kit as a command that is typed. */
async function typed(args: readonly string[]): Promise<{ code: number; said: string }> {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    const code = await conformance(args);
    return { code, said: write.mock.calls.map(([text]) => String(text)).join('') };
  } finally {
    write.mockRestore();
  }
}

/** What did not pass, for a message that can be read. */
function notPassed(outcomes: readonly Outcome[]): string[] {
  const wrong = outcomes.filter(({ verdict }) => verdict !== 'pass');
  return wrong.map(({ clauses, sent, came }) => `${clauses[0]}: ${sent}: ${came}`);
}

async function interrupted(program: Program): Promise<void> {
  program.child.kill('SIGINT');
  await program.closed;
  program.end();
}

let run: PreparedRun;
let paired: Pairing;
let port: number;

beforeAll(async () => {
  run = await flight();
  writeFileSync(path('report.json'), report());
  if (!IS_PYTHON_THERE) return;
  port = await freePort();
  paired = await pairWithPython(root, run, port);
  for (const copy of ['judged', 'spoilt']) cpSync(paired.east, path(copy), { recursive: true });
});

test(
  'a node of ours keeps the specification towards an honest partner and a hostile one; W-110: what is no item is cosigned, and used for nothing',
  AT_ONCE,
  async () => {
    const folder = path('ours');
    const listens = await freePort();
    const configs = await provision(run, folder, listens);
    writePlots(join(folder, 'west/plots.ndjson'), run.sides[0], run.firstTick);
    const node = new Program(['node', '--config', configs['west'] ?? '']);
    try {
      await node.said(/"kind":"tick"/);
      const outcomes = await judge(configs['east'] ?? '', listens);
      expect(notPassed(outcomes)).toEqual([]);
      expect(outcomes.length).toBeGreaterThanOrEqual(100);
      // All the rest were test messages.
      await node.said(/"refused":14\}/);
    } finally {
      await interrupted(node);
    }
    const { out, in: received } = await verifyFolder(join(folder, 'west'));
    expect([out.verified, received.verified]).toEqual([true, true]);
  },
);

test(
  'no partner, no kit: the command says where it looked and what to see to',
  AT_ONCE,
  async () => {
    const folder = path('nobody');
    const configs = await provision(run, folder, 1);
    const as = ['--as', configs['east'] ?? ''];
    await expect(conformance([`127.0.0.1:${await freePort()}`, ...as])).rejects.toThrow(
      /an honest session does not come up: no connection/,
    );
    await expect(conformance(['nowhere', ...as])).rejects.toThrow(/no ADDRESS:PORT/);
  },
);

test(
  'a partner in Python links, mirrors and cosigns a launch report of ours, and gives one of its own',
  PYTHON,
  async () => {
    const folder = dirname(paired.west);
    writePlots(join(folder, 'plots.ndjson'), run.sides[0], run.firstTick);
    const dial = ['run', paired.east, '--dial', `127.0.0.1:${port}`];
    const node = new Program(['node', '--config', paired.west]);
    const partner = new Program([...dial, '--report', path('report.json')], PYTHON_PARTNER);
    try {
      await Promise.all([
        partner.said(/launch report under west-launches: .*"SOURCE_INFRARED"/),
        partner.said(/receipt for 1 entries/),
        node.said(/Receives a launch report of the partner's event 01234567/),
        node.said(/Launch known from east's report \(radar\) alone/),
      ]);
      partner.end();
      // The record outlives the process: it goes on where it was, and what was cosigned is again.
      const again = new Program(dial, PYTHON_PARTNER);
      await again.said(/track under west-launches/).finally(() => again.end());
    } finally {
      partner.end();
      await interrupted(node);
    }
    expect(bytes('west/data/ledger/in/entries')).toEqual(bytes('east/data/out/entries'));
    const mirrored = bytes('east/data/in/entries');
    const sent = bytes('west/data/ledger/out/entries');
    expect(mirrored.length).toBeGreaterThan(0);
    expect(sent.subarray(0, mirrored.length)).toEqual(mirrored);
    const { out, in: received } = await verifyFolder(folder);
    expect([out.verified, received.verified, received.entries]).toEqual([true, true, 1]);
    // Said as a question: the whole of what a node prints would be no message to read.
    expect(/"refused":[1-9]|"recording":false/.test(node.out)).toBe(false);
  },
);

/** The partner as its own listener. */
async function listening(folder: string, program: typeof PYTHON_PARTNER) {
  const at = await freePort();
  const args = ['run', folder, '--listen', `127.0.0.1:${at}`, '--report', path('report.json')];
  const partner = new Program(args, program);
  await partner.said(/listening/);
  return { at, partner };
}

test(
  'a partner in Python keeps the specification towards an honest partner and a hostile one',
  PYTHON,
  async () => {
    const { at, partner } = await listening(path('judged'), PYTHON_PARTNER);
    try {
      expect(notPassed(await judge(paired.west, at))).toEqual([]);
    } finally {
      partner.end();
    }
  },
);

test('a partner that lacks a check is found out by the kit, clause by clause', PYTHON, async () => {
  const spoilt = path('program', 'examples/partner-python');
  cpSync(join(ROOT, 'examples/partner-python'), spoilt, { recursive: true });
  cpSync(join(ROOT, 'proto'), path('program/proto'), { recursive: true });
  const sound = readFileSync(join(spoilt, 'session.py'), 'utf8');
  const without = sound
    .replace(', ("epoch", "epoch")', '')
    .replace(' or beat.at_us < self.heard_at', '');
  expect(sound.length - without.length).toBe(50);
  writeFileSync(join(spoilt, 'session.py'), without);
  const program = ['/usr/bin/python3', '-B', join(spoilt, 'partner.py')] as const;
  const { at, partner } = await listening(path('spoilt'), program);
  try {
    const only = ['--only', 'W-103', '--only', 'W-111', '--json'];
    const { code, said } = await typed([`127.0.0.1:${at}`, '--as', paired.west, ...only]);
    expect(code).toBe(1);
    const { cases } = JSON.parse(said) as { readonly cases: readonly Outcome[] };
    const failed = cases.filter(({ verdict }) => verdict === 'fail');
    expect(failed.map(({ sent }) => sent)).toEqual([
      'a hello of the next epoch',
      'a heartbeat that is earlier than the one before',
    ]);
  } finally {
    partner.end();
  }
});
