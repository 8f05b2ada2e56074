// SPDX-License-Identifier: Apache-2.0
// A side of this program and the partner of examples/partner-python, each begun in a folder of its own
// and paired as two strangers would.

import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { stringify } from 'yaml';
import { agreement } from '../../apps/cli/src/commands/agreement.ts';
import { init } from '../../apps/cli/src/commands/init.ts';
import { pair } from '../../apps/cli/src/commands/pair.ts';
import { type PreparedRun, prepareRun, readRun } from '../../apps/cli/src/demo/prepare.ts';
import { ROOT } from '../../apps/cli/src/repository.ts';

const PACKAGES = ['google/protobuf', 'cryptography', 'OpenSSL'];

/** False where Debian's packages are missing: what needs the partner is then skipped. */
export const IS_PYTHON_THERE: boolean =
  existsSync('/usr/bin/protoc') &&
  PACKAGES.every((name) => existsSync(`/usr/lib/python3/dist-packages/${name}`));

/** Debian's Python and the partner; without leaving compiled files in the tree. */
export const PYTHON_PARTNER = [
  '/usr/bin/python3',
  '-B',
  join(ROOT, 'examples/partner-python/partner.py'),
] as const;

const TERMS = join(ROOT, 'agreements/exercise.yaml');

/** A flight to be seen, and the sensors of both sides, under terms that hold at any date. */
export async function flight(): Promise<PreparedRun> {
  return prepareRun(await readRun({ scenario: 'black-sea', agreement: 'exercise' }), 1);
}

/** Runs a command to its end; what it printed. */
async function typed(command: Promise<number>): Promise<void> {
  const code = await command;
  if (code !== 0) throw new Error(`exit code ${code}`);
}

function python(...args: readonly string[]): string {
  const [command, ...before] = PYTHON_PARTNER;
  const { status, stdout, stderr } = spawnSync(command, [...before, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`);
  return stdout;
}

export interface Pairing {
  /** side.yaml of west, ours, which listens. */
  readonly west: string;
  /** Folder of east, the partner in Python. */
  readonly east: string;
}

/** West, ours, and east, in Python, paired in `root` with the agreement signed by both. */
export async function pairWithPython(
  root: string,
  run: PreparedRun,
  port: number,
): Promise<Pairing> {
  const at = (...path: readonly string[]): string => join(root, ...path);
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    await typed(agreement(['show', TERMS, '--canonical']));
    writeFileSync(at('agreement.json'), String(write.mock.calls.at(-1)?.[0]));
    writeFileSync(at('sensors.yaml'), stringify({ sensors: run.sides[0].sensorDocuments }));
    const own = ['--side', 'west', '--agreement', at('agreement.json')];
    const place = ['--sensors', at('sensors.yaml'), '--listen', `127.0.0.1:${port}`, '--json'];
    await typed(init([at('west'), ...own, ...place]));
    const { fingerprint } = JSON.parse(String(write.mock.calls.at(-1)?.[0])) as {
      readonly fingerprint: string;
    };
    const terms = ['--agreement', at('agreement.json')];
    const said = python('init', at('east'), '--side', 'east', '--partner', 'west', ...terms);
    const heard = said.trim().split('\n').at(-1) ?? '';
    const west = at('west', 'side.yaml');
    await typed(pair([west, at('east/hand-over'), '--fingerprint', heard]));
    python('pair', at('east'), at('west/keys'), '--fingerprint', fingerprint);
    const note = [
      '--with',
      at('east/hand-over/agreement.note'),
      '--out',
      at('west/agreement.note'),
    ];
    await typed(agreement(['sign', west, at('agreement.json'), ...note]));
    return { west, east: at('east') };
  } finally {
    write.mockRestore();
  }
}
