// SPDX-License-Identifier: Apache-2.0
// The partner in another language against a node of ours, and the conformance kit against both:
// processes, sockets, files. They wait far more than they work, and so run at once.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { conformance } from '../../apps/cli/src/commands/conformance.ts';
import { keys } from '../../apps/cli/src/commands/keys.ts';
import { Kit, type Role } from '../../apps/cli/src/conformance/kit.ts';
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
  // Also of what is to come: on a busy machine a node is long in starting, and leaves what is old by then.
  const recent = side.feed.filter(({ arrival }) => {
    const fromNowS = (arrival - firstTick) / 1e6 - NOW_S;
    return fromNowS > -15 && fromNowS < 60;
  });
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

/** The kit as the partner of what listens at the port, or dials it. */
async function judge(
  as: string,
  port: number,
  { role = 'dial', only }: { readonly role?: Role; readonly only?: readonly string[] } = {},
): Promise<Outcome[]> {
  const kit = await Kit.open(await readSide(as), { role, address: { host: '127.0.0.1', port } });
  return runCases(kit, only === undefined ? {} : { only });
}

/** What it must refuse of the kit's side is made, and handed over to the other. */
async function prepare(as: string, enrol: (register: string) => Promise<unknown>): Promise<void> {
  expect((await typed(['prepare', '--as', as])).said).toMatch(/must be refused are listed in/);
  await enrol(join(dirname(as), 'keys/register.note'));
}

/**
 * Of what a side that dials is judged on, what it does otherwise than one that listens: after most of the
 * rest ours waits sixteen ticks before it calls again.
 */
const OF_WHO_DIALS = ['W-100', 'W-101', 'W-102', 'W-105', 'W-106', 'W-112', 'W-119', 'K-17'];

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

/** Runs a command that must succeed, without what it prints. */
async function quietly(command: Promise<number>): Promise<void> {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    expect(await command).toBe(0);
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

/** Two sides of ours, one of which judges the other. */
async function pairOfOurs(name: string, by: 'west' | 'east') {
  const folder = path(name);
  const port = await freePort();
  const configs = await provision(run, folder, port);
  await prepare(configs[by] ?? '', (register) =>
    quietly(keys(['enrol', configs[by === 'west' ? 'east' : 'west'] ?? '', register])),
  );
  return { folder, port, configs };
}

let run: PreparedRun;
let ours: Record<'listens' | 'dials', Awaited<ReturnType<typeof pairOfOurs>>>;
let paired: Pairing;
let port: number;

beforeAll(async () => {
  run = await flight();
  writeFileSync(path('report.json'), report());
  ours = {
    listens: await pairOfOurs('ours', 'east'),
    dials: await pairOfOurs('ours-dials', 'west'),
  };
  if (!IS_PYTHON_THERE) return;
  port = await freePort();
  paired = await pairWithPython(root, run, port);
  await prepare(paired.west, async (register) => {
    cpSync(register, path('east/partner/register.note'));
  });
  for (const copy of ['judged', 'dials', 'spoilt', 'spoilt-dials'])
    cpSync(paired.east, path(copy), { recursive: true });
});

test(
  'a node of ours keeps the specification towards an honest partner and a hostile one; W-110: what is no item is cosigned, and used for nothing',
  AT_ONCE,
  async () => {
    const { folder, port: listens, configs } = ours.listens;
    writePlots(join(folder, 'west/plots.ndjson'), run.sides[0], run.firstTick);
    const node = new Program(['node', '--config', configs['west'] ?? '']);
    try {
      await node.said(/"about":"warns"/);
      const outcomes = await judge(configs['east'] ?? '', listens);
      expect(notPassed(outcomes)).toEqual([]);
      expect(outcomes.length).toBeGreaterThanOrEqual(119);
      await node.said(/The partner’s clock is 3\.\d s ahead of ours/);
      await node.said(
        /The partner’s clock or ours has jumped: the two moved 3\.\d s apart at once/,
      );
      await node.said(/The partner sends more new tracks than we take/);
      // 277 items that are none, 255 of them of 60 KiB; and of 4,352 new tracks those over the bucket of
      // 4,000, which fills by 50 a second. All the rest were test messages.
      await node.said(/"refused":(3[89]|4\d|5\d|6[0-2])\d\}/);
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

test(
  'a node of ours that dials keeps the specification towards what answers',
  AT_ONCE,
  async () => {
    const { port: at, configs } = ours.dials;
    const node = new Program(['node', '--config', configs['east'] ?? '']);
    try {
      const outcomes = await judge(configs['west'] ?? '', at, {
        role: 'listen',
        only: OF_WHO_DIALS,
      });
      expect(notPassed(outcomes)).toEqual([]);
      expect(outcomes.length).toBeGreaterThanOrEqual(24);
    } finally {
      await interrupted(node);
    }
  },
);

test(
  'a partner in Python that dials keeps the specification towards what answers',
  PYTHON,
  async () => {
    const at = await freePort();
    const args = ['run', path('dials'), '--dial', `127.0.0.1:${at}`];
    const partner = new Program([...args, '--report', path('report.json')], PYTHON_PARTNER);
    try {
      const outcomes = await judge(paired.west, at, { role: 'listen', only: OF_WHO_DIALS });
      expect(notPassed(outcomes)).toEqual([]);
      expect(outcomes.length).toBeGreaterThanOrEqual(24);
    } finally {
      partner.end();
    }
  },
);

/** Checks of the partner in Python, each of which some cases alone ask for. */
const CHECKS: readonly (readonly [file: string, check: string, instead: string])[] = [
  ['session.py', ', ("epoch", "epoch")', ''],
  ['session.py', ' or beat.at_us < self.heard_at', ''],
  ['session.py', 'time.sleep(max(0, until - time.monotonic()))', 'raise Ends("flood")'],
  ['channel.py', ' and error in (0, SELF_SIGNED)', ''],
  ['keys.py', 'if status == "active"}', '}'],
];

/** What fails where those checks are missing, at either end. */
const MISSED = [
  'a hello of the next epoch',
  'a heartbeat that is earlier than the one before',
  'an enrolled certificate that has expired',
  'an enrolled certificate that is not valid yet',
  'USE',
  'a certificate that its register lists as revoked',
  '15 batches at once of 17 entries of 60 KiB, none of which is an item',
];
const MISSED_USE = {
  dial: 'an enrolled certificate that is for servers, on a call to it',
  listen: 'an enrolled certificate that is for clients, to its call',
};

/** The partner in Python without those checks. */
function spoiltPartner(): typeof PYTHON_PARTNER {
  const spoilt = path('program', 'examples/partner-python');
  cpSync(join(ROOT, 'examples/partner-python'), spoilt, { recursive: true });
  cpSync(join(ROOT, 'proto'), path('program/proto'), { recursive: true });
  for (const [file, check, instead] of CHECKS) {
    const parts = readFileSync(join(spoilt, file), 'utf8').split(check);
    expect([file, check, parts.length]).toEqual([file, check, 2]);
    writeFileSync(join(spoilt, file), parts.join(instead));
  }
  return ['/usr/bin/python3', '-B', join(spoilt, 'partner.py')];
}

test(
  'a partner that lacks a check is found out by the kit, clause by clause, whichever end it is',
  PYTHON,
  async () => {
    const program = spoiltPartner();
    const missed = (role: Role) => MISSED.map((one) => (one === 'USE' ? MISSED_USE[role] : one));
    const ofClauses = ['W-100', 'W-103', 'W-111', 'W-116', 'K-17'];
    const { at, partner } = await listening(path('spoilt'), program);
    try {
      const only = [...ofClauses.flatMap((clause) => ['--only', clause]), '--json'];
      const { code, said } = await typed([`127.0.0.1:${at}`, '--as', paired.west, ...only]);
      expect(code).toBe(1);
      const { cases } = JSON.parse(said) as { readonly cases: readonly Outcome[] };
      expect(failed(cases)).toEqual(missed('dial'));
    } finally {
      partner.end();
    }
    const called = await freePort();
    const dials = new Program(
      ['run', path('spoilt-dials'), '--dial', `127.0.0.1:${called}`],
      program,
    );
    try {
      const cases = await judge(paired.west, called, { role: 'listen', only: ofClauses });
      expect(failed(cases)).toEqual(missed('listen'));
    } finally {
      dials.end();
    }
  },
);

/** What was sent in the cases that failed, in the order of `MISSED`. */
function failed(cases: readonly Outcome[]): string[] {
  const sent = cases.filter(({ verdict }) => verdict === 'fail').map((one) => one.sent);
  return sent.toSorted((a, b) => rank(a) - rank(b));
}

function rank(sent: string): number {
  const uses = Object.values(MISSED_USE);
  return MISSED.indexOf(uses.includes(sent) ? 'USE' : sent);
}
