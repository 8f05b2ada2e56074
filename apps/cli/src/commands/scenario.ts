// SPDX-License-Identifier: Apache-2.0
// `isthmus scenario check FILE…`: is this a scenario, and what is in it. `isthmus scenario new NAME`:
// one to start from.

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readArguments } from '../arguments.ts';
import { documentFile } from '../repository.ts';
import { loadScenario } from '../scenario-file.ts';
import { describeScenario, summariseScenario } from '../scenario-summary.ts';
import { scenarioTemplate } from '../scenario-template.ts';
import { UserError } from '../user-error.ts';

const USAGE =
  'usage: isthmus scenario check FILE… [--json], or isthmus scenario new NAME [--out FILE]';

export async function scenario(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, { flags: ['json'], texts: ['out'] });
  const [verb, ...rest] = parsed.positionals;
  const [name, ...more] = rest;
  if (verb === 'check' && name !== undefined && parsed.text('out') === undefined) {
    for (const file of rest) await check(file, parsed.flag('json'));
    return 0;
  }
  if (verb === 'new' && name !== undefined && more.length === 0 && !parsed.flag('json')) {
    await create(name, parsed.text('out') ?? `${name}.yaml`);
    return 0;
  }
  throw new UserError(USAGE);
}

async function check(nameOrFile: string, json: boolean): Promise<void> {
  const file = documentFile('scenarios', nameOrFile);
  const summary = await loadScenario(file, summariseScenario);
  process.stdout.write(
    json ? `${JSON.stringify({ file, ...summary })}\n` : `${file}: ${describeScenario(summary)}\n`,
  );
}

async function create(name: string, file: string): Promise<void> {
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(name)) {
    throw new UserError(
      `"${name}" cannot be a name: at most 32 lower-case letters, digits and hyphens, a letter first`,
    );
  }
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, scenarioTemplate(name), { flag: 'wx' });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new UserError(
      code === 'EEXIST'
        ? `${file}: is there already; name another with --out, or remove it`
        : `${file}: cannot be written (${code})`,
      { cause: error },
    );
  }
  process.stdout.write(
    `${file}: a scenario to start from. Check it with isthmus scenario check ${file}, run it with isthmus demo ${file}\n`,
  );
}
