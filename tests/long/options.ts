// SPDX-License-Identifier: Apache-2.0
// Options of the long trials: a seed, counts, and where given a time after which a trial ends.

import { parseArgs } from 'node:util';

/** What the user typed is wrong: printed without a stack, exit code 2. */
export class OptionError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'OptionError';
  }
}

/** Reads `--name value` pairs; only the names in `fallbacks` are known. Whole numbers from 0 on. */
export function readCounts<Name extends string>(
  args: readonly string[],
  fallbacks: Readonly<Record<Name, number>>,
  texts: readonly string[] = [],
): {
  readonly counts: Readonly<Record<Name, number>>;
  readonly text: (name: string) => string | undefined;
} {
  const names = Object.keys(fallbacks) as Name[];
  const options = Object.fromEntries(
    [...names, ...texts].map((name) => [name, { type: 'string' as const }]),
  );
  let values: Readonly<Record<string, unknown>>;
  try {
    ({ values } = parseArgs({ args: [...args], options }));
  } catch (cause) {
    throw new OptionError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  const counts: Record<Name, number> = { ...fallbacks };
  for (const name of names) {
    const given = text(name);
    if (given === undefined) continue;
    if (!/^\d{1,12}$/.test(given)) {
      throw new OptionError(`--${name} takes a whole number, not "${given}"`);
    }
    counts[name] = Number(given);
  }
  return { counts, text };
}

/** Says how far a trial is, at most every ten seconds. */
export function progress(): (text: () => string) => void {
  let last = performance.now();
  return (text) => {
    if (performance.now() - last < 10_000) return;
    last = performance.now();
    process.stderr.write(`${text()}\n`);
  };
}
