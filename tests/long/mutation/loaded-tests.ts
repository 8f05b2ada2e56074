// SPDX-License-Identifier: Apache-2.0
// Stands in for `vitest` where tests are kept loaded: the same `expect`, and of the rest what the gate's tests
// use. Loading them takes a second, running one of them a millisecond, and there are thousands of mutants.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { ExpectStatic } from 'vitest';

export interface LoadedTest {
  readonly id: string;
  readonly body: () => unknown;
}

/** In the order in which they were declared. */
export const loadedTests: LoadedTest[] = [];
const path: string[] = [];
let file = '';

/** Declares the tests of a file by importing it. */
export async function loadTests(url: string): Promise<void> {
  file = url;
  await import(url);
}

export function describe(name: string, body: () => void): void {
  path.push(name);
  body();
  path.pop();
}

export function test(name: string, ...rest: readonly unknown[]): void {
  const body = rest.find((one) => typeof one === 'function') as () => unknown;
  const id = [file.slice(file.lastIndexOf('/') + 1), ...path, name].join(' > ');
  // One from a table has the name of its neighbours.
  const same = loadedTests.filter((one) => one.id === id || one.id.startsWith(`${id} #`)).length;
  loadedTests.push({ id: same === 0 ? id : `${id} #${same + 1}`, body });
}

test.each =
  (table: readonly unknown[]) =>
  (name: string, body: (...args: unknown[]) => unknown): void => {
    for (const row of table) {
      const values = Array.isArray(row) ? (row as unknown[]) : [row];
      test(name, () => body(...values));
    }
  };

// The least of a worker's state without which `vitest` does not load.
Object.assign(globalThis, { __vitest_worker__: { config: { expect: {} }, metaEnv: {} } });
// Past the hook that leads here: by its file, not by its name.
const real = (await import(
  import.meta.resolve('vitest/package.json').replace('package.json', 'dist/index.js')
)) as { readonly expect: ExpectStatic };
export const { expect } = real;
expect.extend({
  toMatchFileSnapshot(received: string, name: string) {
    const pass = received === readFileSync(name, 'utf8');
    return { pass, message: () => `is not what ${name} holds` };
  },
});

// Of a mutant it is asked only whether any test notices: a case that fails is not made small, and a law is
// tried for a moment, from one seed. It can but notice less than the whole would.
const SHORT = {
  seed: 1,
  endOnFailure: true,
  // What is to follow it cannot be said of all laws at once.
  interruptAfterTimeLimit: 100,
};
fc.configureGlobal(SHORT);
