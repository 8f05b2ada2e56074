// SPDX-License-Identifier: Apache-2.0
// One side is upgraded while linked: the version before runs on both, then this one on West with the old
// one on East, then this one on both. Nothing is lost, refused or forked on the way, and each new build goes on
// from what the old one left.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addSeconds } from '@isthmus/earth';
import type { FeedTick } from '@isthmus/picture';
import { expect, test } from 'vitest';
import { prepareRun, readRun } from '../../apps/cli/src/demo/prepare.ts';
import { provision } from '../../apps/cli/src/demo/provision.ts';
import { freePort, verifyFolder } from '../../apps/cli/src/demo/run-processes.ts';
import { SideProcess } from '../../apps/cli/src/demo/side-process.ts';
import { ROOT } from '../../apps/cli/src/repository.ts';

/** The version before this one: raised with each version that is given out. */
const BEFORE = '0fa0a77';

const FROM = 60;
/** When West, and then East, comes back as this version: West's satellite sees until 190, East's radar from 295 on. */
const WEST_AT = 90;
const EAST_AT = 320;
const UNTIL = 345;

function isKnown(commit: string): boolean {
  try {
    execFileSync('git', ['cat-file', '-e', `${commit}^{tree}`], { cwd: ROOT, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Lays out the tree of a commit, with the libraries of this one and its own packages. */
function layOut(commit: string, folder: string): void {
  mkdirSync(join(folder, 'node_modules/@isthmus'), { recursive: true });
  const tree = execFileSync('git', ['archive', commit, 'apps/cli', 'packages', 'package.json'], {
    cwd: ROOT,
    maxBuffer: 2 ** 28,
  });
  execFileSync('tar', ['-x', '-C', folder], { input: tree });
  const libraries = join(ROOT, 'node_modules');
  for (const name of readdirSync(libraries)) {
    if (name.startsWith('.') || name === '@isthmus') continue;
    symlinkSync(join(libraries, name), join(folder, 'node_modules', name));
  }
  for (const name of readdirSync(join(folder, 'packages'))) {
    symlinkSync(join(folder, 'packages', name), join(folder, 'node_modules/@isthmus', name));
  }
}

// In a clone without history there is no version before.
test.skipIf(!isKnown(BEFORE) || process.platform === 'win32')(
  'one side after the other is upgraded while linked: nothing is lost, refused or forked',
  async () => {
    const root = mkdtempSync(join(tmpdir(), 'isthmus-upgrade-'));
    const running: SideProcess[] = [];
    try {
      const old = join(root, 'old');
      layOut(BEFORE, old);
      const versions = {
        old: (
          (await import(join(old, 'apps/cli/src/demo/side-process.ts'))) as {
            readonly SideProcess: typeof SideProcess;
          }
        ).SideProcess,
        new: SideProcess,
      };
      const run = prepareRun(await readRun({ scenario: 'black-sea' }), 1);
      const configs = await provision(run, root, await freePort(0));
      const ticks: Record<string, FeedTick[]> = { west: [], east: [] };
      const faults: string[] = [];
      const start = async (name: string, version: 'old' | 'new', second: number) => {
        const side = new versions[version]({
          name,
          config: configs[name] ?? '',
          onRecord: (record) => {
            if (record.kind === 'tick') ticks[name]?.push(record);
          },
          onFault: (text) => faults.push(`${name} (${version}): ${text}`),
        });
        running.push(side);
        await side.started(addSeconds(run.firstTick, second));
        return side;
      };
      const fly = async (sides: readonly SideProcess[], from: number, until: number) => {
        for (let second = from; second < until; second += 1) {
          await Promise.all(sides.map((side) => side.tick(addSeconds(run.firstTick, second))));
        }
      };
      const counts = (name: string) => ticks[name]?.at(-1)?.counts;

      const west = await start('west', 'old', FROM);
      const east = await start('east', 'old', FROM);
      await Promise.all([west.ready(), east.ready()]);
      await fly([west, east], FROM, WEST_AT);
      await west.end();
      const before = { west: counts('west'), east: counts('east') };
      const westAgain = await start('west', 'new', WEST_AT);
      await fly([westAgain, east], WEST_AT, EAST_AT);
      const mixed = { west: counts('west'), east: counts('east') };
      expect(ticks['west']?.at(-1)?.link).toBe('up');
      expect(ticks['east']?.at(-1)?.link).toBe('up');
      await east.end();
      const eastAgain = await start('east', 'new', EAST_AT);
      await fly([westAgain, eastAgain], EAST_AT, UNTIL);
      const after = { west: counts('west'), east: counts('east') };
      await Promise.all([westAgain.end(), eastAgain.end()]);

      // West sends to the old East, and the old East to West; before it West sent, and after it East does.
      const grown = (count: 'released' | 'received', name: string): boolean[] => {
        const [a = 0, b = 0, c = 0] = [before, mixed, after].map(
          (phase) => phase[name as 'west' | 'east']?.[count],
        );
        return [a > 0, b > a, c > b];
      };
      expect(grown('released', 'west')).toEqual([true, true, false]);
      expect(grown('received', 'east')).toEqual([true, true, false]);
      expect(grown('released', 'east')).toEqual([false, true, true]);
      expect(grown('received', 'west')).toEqual([false, true, true]);
      expect([after.west?.refused, after.east?.refused]).toEqual([0, 0]);
      expect(faults).toEqual([]);
      const files = {
        west: await verifyFolder(join(root, 'west')),
        east: await verifyFolder(join(root, 'east')),
      };
      for (const { out, in: mirror } of Object.values(files)) {
        expect(out.verified && mirror.verified).toBe(true);
      }
      expect(files.west.in.entries).toBe(files.east.out.entries);
      expect(files.east.in.entries).toBe(files.west.out.entries);
      const journals = readdirSync(join(root, 'west/data')).filter((name) =>
        name.startsWith('journal'),
      );
      expect(journals).toHaveLength(2);
    } finally {
      for (const side of running) side.kill();
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    }
  },
  240_000,
);
