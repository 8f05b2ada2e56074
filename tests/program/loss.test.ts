// SPDX-License-Identifier: Apache-2.0
// A side is killed in the middle of the flight and started again: real processes, sockets, files.

import { mkdtempSync, rmSync } from 'node:fs';
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

const KILLED_AT = 330;
const BACK_AT = 350;
const UNTIL = 450;

function start(name: string, config: string, ticks: FeedTick[]): SideProcess {
  return new SideProcess({
    name,
    config,
    onRecord: (record) => {
      if (record.kind === 'tick') ticks.push(record);
    },
    onFault: () => {},
  });
}

/** Ticks both sides through [from, until), or the first alone. */
async function conduct(
  run: PreparedRun,
  sides: readonly SideProcess[],
  span: { readonly from: number; readonly until: number },
): Promise<void> {
  for (let second = span.from; second < span.until; second += 1) {
    await Promise.all(sides.map((side) => side.tick(addSeconds(run.firstTick, second))));
  }
}

test('a killed partner shows within 3 s, changes no own output, and nothing is lost or applied twice', async () => {
  const run = prepareRun(await readRun({ scenario: 'black-sea' }), 1);
  const root = mkdtempSync(join(tmpdir(), 'isthmus-test-'));
  const [west, east] = run.sides;
  const westTicks: FeedTick[] = [];
  const eastTicks: FeedTick[] = [];
  const running: SideProcess[] = [];
  try {
    const configs = await provision(run, root, await freePort(0));
    const a = start(west.name, configs[west.name] ?? '', westTicks);
    running.push(a);
    await a.started(run.firstTick);
    const b = start(east.name, configs[east.name] ?? '', eastTicks);
    running.push(b);
    await b.started(run.firstTick);
    await Promise.all([a.ready(), b.ready()]);
    await conduct(run, [a, b], { from: 0, until: KILLED_AT });
    b.kill();
    await conduct(run, [a], { from: KILLED_AT, until: BACK_AT });
    const again = start(east.name, configs[east.name] ?? '', eastTicks);
    running.push(again);
    await again.started(addSeconds(run.firstTick, BACK_AT));
    // The dialler finds its partner again while both go on.
    await conduct(run, [a, again], { from: BACK_AT, until: UNTIL });
    await Promise.all([a.end(), again.end()]);

    const after = westTicks.filter((tick) => tick.at >= addSeconds(run.firstTick, KILLED_AT));
    expect(after[0]?.link).toBe('up');
    expect(after[3]?.link).toBe('degraded');
    expect(after.at(-1)?.link).toBe('up');

    const westFiles = await verifyFolder(join(root, west.name));
    const eastFiles = await verifyFolder(join(root, east.name));
    expect(westFiles.out.verified && westFiles.in.verified).toBe(true);
    expect(eastFiles.out.verified && eastFiles.in.verified).toBe(true);
    expect(westFiles.in.entries).toBe(eastFiles.out.entries);
    expect(eastFiles.in.entries).toBe(westFiles.out.entries);
    expect(eastFiles.out.entries).toBeGreaterThan(50);
    const counts = westTicks.at(-1)?.counts;
    // What came in the very last tick is applied in the one after it, which never was.
    expect(counts?.refused).toBe(0);
    expect(westFiles.in.entries - (counts?.received ?? 0)).toBeLessThan(20);

    const alone: Record<string, readonly FeedTick[]> = {};
    await runInProcess(run, {
      withoutLink: true,
      onTicks: (name, ticks) => {
        alone[name] = ticks;
      },
    });
    const expected = (alone[west.name] ?? []).slice(0, westTicks.length);
    expect(JSON.stringify(westTicks.map((tick) => [tick.own, tick.ownWarnings]))).toBe(
      JSON.stringify(expected.map((tick) => [tick.own, tick.ownWarnings])),
    );
  } finally {
    for (const side of running) side.kill();
    rmSync(root, { recursive: true, force: true });
  }
}, 240_000);
