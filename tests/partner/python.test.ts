// SPDX-License-Identifier: Apache-2.0
// The partner of examples/partner-python against a node of ours: processes, sockets, files.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { PreparedSide } from '../../apps/cli/src/demo/prepare.ts';
import { verifyFolder } from '../../apps/cli/src/demo/run-processes.ts';
import { freePort, Program } from '../program/program.ts';
import { flight, IS_PYTHON_THERE, PYTHON_PARTNER, pairWithPython } from './sides.ts';

const root = mkdtempSync(join(tmpdir(), 'isthmus-partner-'));
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));

/** Two looks of a launch have been taken by then, seconds from the first tick of the flight. */
const NOW_S = 64;
const EVENT = '0123456789abcdef0123456789abcdef';

/** The flight as own plots of now. */
function writePlots(file: string, side: PreparedSide, firstTick: number): void {
  const shift = Date.now() * 1000 - (firstTick + NOW_S * 1e6);
  const recent = side.feed.filter((one) => one.arrival - firstTick > (NOW_S - 15) * 1e6);
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

test.skipIf(!IS_PYTHON_THERE)(
  'a partner in Python links, mirrors and cosigns a launch report of ours, and gives one of its own',
  async () => {
    const run = await flight();
    const port = await freePort();
    const { west, east } = await pairWithPython(root, run, port);
    const folder = dirname(west);
    writeFileSync(join(root, 'report.json'), report());
    writePlots(join(folder, 'plots.ndjson'), run.sides[0], run.firstTick);
    const dial = ['run', east, '--dial', `127.0.0.1:${port}`];
    const node = new Program(['node', '--config', west]);
    const partner = new Program([...dial, '--report', join(root, 'report.json')], PYTHON_PARTNER);
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
      node.child.kill('SIGINT');
      await node.closed;
      node.end();
    }
    const bytes = (...path: readonly string[]): Buffer => readFileSync(join(root, ...path));
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
