// SPDX-License-Identifier: Apache-2.0
// Scenario files: a document may name another as its base (a ready-made one, or a file beside it),
// and what it changes of it.

import { dirname, resolve } from 'node:path';
import { baseOf, deriveScenario, parseScenario, type Scenario } from '@isthmus/sim/scenario';
import { loadDocument } from './documents.ts';
import { documentFile } from './repository.ts';
import { UserError } from './user-error.ts';

/** A base of a base of a base is harder to read than a copy. */
const BASES_MAX = 3;

/**
 * Reads and checks the scenario in `file`, and hands it to `use`, whose complaints are located too.
 *
 * @throws UserError with file, line, field and what was expected.
 */
export async function loadScenario<T>(file: string, use: (scenario: Scenario) => T): Promise<T> {
  return loadDocument(file, async (value) => {
    const whole = await wholeOf(value, file, [resolve(file)]);
    return whereWritten(value, () => use(parseScenario(whole)));
  });
}

/** The document with its base, and that with its own, put together; errors are about `value`. */
async function wholeOf(value: unknown, file: string, above: readonly string[]): Promise<unknown> {
  const base = baseOf(value);
  if (base === null) return value;
  const baseFile = isPath(base) ? resolve(dirname(file), base) : documentFile('scenarios', base);
  if (above.includes(resolve(baseFile)) || above.length > BASES_MAX) {
    const chain = [...above, baseFile].join(' has the base ');
    throw new UserError(`${file}: base: ${chain}; at most ${BASES_MAX} bases, and no circle`);
  }
  const whole = await loadDocument(baseFile, (below) =>
    wholeOf(below, baseFile, [...above, resolve(baseFile)]),
  );
  return deriveScenario(value, whole);
}

function isPath(name: string): boolean {
  return /[/\\]|\.ya?ml$/.test(name);
}

/** What is wrong inside a changed field is wrong at the change: that is where its line is. */
function whereWritten<T>(value: unknown, check: () => T): T {
  try {
    return check();
  } catch (error) {
    const changes = (value as { readonly changes?: readonly { readonly at: string }[] } | null)
      ?.changes;
    if (!(error instanceof Error) || !('path' in error) || changes === undefined) throw error;
    const path = String(error.path);
    const top = path.split('/')[1] ?? '';
    if (top !== '' && Object.hasOwn(value as object, top)) throw error;
    const index = changes.findLastIndex(({ at }) => namesField(at, path));
    if (index < 0) throw error;
    throw Object.assign(new Error(`${path}: ${error.message}`), { path: `/changes/${index}/to` });
  }
}

/** Whether a change reaches the field of a JSON pointer: alike but for ids in place of numbers. */
function namesField(at: string, pointer: string): boolean {
  const names = at.split('/');
  const keys = pointer.split('/');
  return names.every((name, i) => name === keys[i] || /^\d+$/.test(keys[i] ?? ''));
}
