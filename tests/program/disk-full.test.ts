// SPDX-License-Identifier: Apache-2.0
// A side whose disk is full, for real: its data folder is a small file system of its own, and something
// else takes all that is left of it in the middle of the flight.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addSeconds } from '@isthmus/earth';
import type { FeedTick } from '@isthmus/picture';
import { expect, test } from 'vitest';
import { type PreparedRun, prepareRun, readRun } from '../../apps/cli/src/demo/prepare.ts';
import { provision } from '../../apps/cli/src/demo/provision.ts';
import { runInProcess } from '../../apps/cli/src/demo/run-in-process.ts';
import { freePort, verifyFolder } from '../../apps/cli/src/demo/run-processes.ts';
import { SideProcess } from '../../apps/cli/src/demo/side-process.ts';

const FULL_AT = 330;
const BACK_AT = 345;
const UNTIL = 400;
/** More than a run writes, and little to fill. */
const DISK_MIB = 64;

/** Mounts a small file system, or says why not: only root may. */
function mounted(folder: string): string | null {
  if (process.platform !== 'linux') return 'there is no tmpfs here';
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const options = ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m,mode=700`, 'tmpfs', folder];
  const { status, stderr, error } = spawnSync('mount', options, { encoding: 'utf8' });
  return status === 0 ? null : (error?.message ?? stderr.trim());
}

/** Takes all that is left: in pieces that get smaller, until not one byte goes in. */
function fill(folder: string): string {
  const ballast = join(folder, 'ballast');
  for (let bytes = 1 << 20; bytes >= 1; ) {
    try {
      writeFileSync(ballast, Buffer.alloc(bytes, 1), { flag: 'a' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      bytes >>= 1;
    }
  }
  return ballast;
}

interface Seen {
  readonly ticks: FeedTick[];
  readonly faults: string[];
}

function start(name: string, config: string, seen: Seen): SideProcess {
  return new SideProcess({
    name,
    config,
    onRecord: (record) => {
      if (record.kind === 'tick') seen.ticks.push(record);
    },
    onFault: (text) => seen.faults.push(text),
  });
}

async function conduct(
  run: PreparedRun,
  sides: readonly SideProcess[],
  span: { readonly from: number; readonly until: number },
): Promise<void> {
  for (let second = span.from; second < span.until; second += 1) {
    await Promise.all(sides.map((side) => side.tick(addSeconds(run.firstTick, second))));
  }
}

test('a full disk stops releases loudly and nothing else, and with space again nothing is lost', async (context) => {
  const run = prepareRun(await readRun({ scenario: 'black-sea' }), 1);
  const root = mkdtempSync(join(tmpdir(), 'isthmus-test-'));
  const [west, east] = run.sides;
  const data = join(root, east.name, 'data');
  const seen = { [west.name]: seenNothing(), [east.name]: seenNothing() };
  const running: SideProcess[] = [];
  let isMounted = false;
  try {
    const configs = await provision(run, root, await freePort(0));
    const whyNot = mounted(data);
    if (whyNot !== null) return context.skip(`no small disk can be mounted: ${whyNot}`);
    isMounted = true;
    const launch = async (name: string, at: number): Promise<SideProcess> => {
      const side = start(name, configs[name] ?? '', seen[name] as Seen);
      running.push(side);
      await side.started(addSeconds(run.firstTick, at));
      return side;
    };
    const a = await launch(west.name, 0);
    const b = await launch(east.name, 0);
    await Promise.all([a.ready(), b.ready()]);
    await conduct(run, [a, b], { from: 0, until: FULL_AT });
    const held = (await verifyFolder(join(root, west.name))).in;
    const ballast = fill(data);
    await conduct(run, [a, b], { from: FULL_AT, until: BACK_AT });

    const { ticks, faults } = seen[east.name] as Seen;
    expect(faults.join('\n')).toContain('NOT RECORDING');
    expect(ticks.at(-1)?.recording).toBe(false);
    const silent = ticks.filter((tick) => !tick.recording);
    expect(silent.length).toBeGreaterThan(10);
    expect(silent.at(-1)?.counts.released).toBe(silent[0]?.counts.released);
    const upToNow = ticks.length;
    expect(upToNow).toBe(BACK_AT);
    // What was under way when the disk became full may still have come, and nothing is taken back.
    const stopped = (await verifyFolder(join(root, west.name))).in;
    expect(stopped.entries).toBeGreaterThanOrEqual(held.entries);

    await b.end();
    rmSync(ballast);
    const again = await launch(east.name, BACK_AT);
    await conduct(run, [a, again], { from: BACK_AT, until: UNTIL });
    await Promise.all([a.end(), again.end()]);

    expect(ticks.at(-1)?.recording).toBe(true);
    const [westFiles, eastFiles] = await Promise.all(
      [west.name, east.name].map((name) => verifyFolder(join(root, name))),
    );
    for (const files of [westFiles, eastFiles]) {
      expect(files?.out.verified).toBe(true);
      expect(files?.in.verified).toBe(true);
    }
    // Everything the partner had acknowledged is in our record still, and more has come since.
    expect(eastFiles?.out.entries).toBeGreaterThan(stopped.entries);
    expect(westFiles?.in.entries).toBe(eastFiles?.out.entries);
    expect(eastFiles?.in.entries).toBe(westFiles?.out.entries);

    const alone: Record<string, readonly FeedTick[]> = {};
    await runInProcess(run, {
      withoutLink: true,
      onTicks: (name, all) => {
        alone[name] = all;
      },
    });
    const own = (all: readonly FeedTick[] | undefined): string =>
      JSON.stringify((all ?? []).slice(0, upToNow).map((tick) => [tick.own, tick.ownWarnings]));
    expect(own(ticks)).toBe(own(alone[east.name]));
  } finally {
    for (const side of running) side.kill();
    await Promise.all(running.map((side) => side.ended()));
    if (isMounted) spawnSync('umount', ['-l', data]);
    rmSync(root, { recursive: true, force: true });
  }
}, 240_000);

function seenNothing(): Seen {
  return { ticks: [], faults: [] };
}
