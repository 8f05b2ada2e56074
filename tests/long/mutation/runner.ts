// SPDX-License-Identifier: Apache-2.0
// A test runner for Stryker that keeps the gate's tests loaded in its own process and runs, for each
// mutant, those that reach it, until one fails. Stryker's runner for vitest starts a worker and loads all
// modules anew for each: a second or more, of which the tests are a tenth.

import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LoadedTest } from './loaded-tests.ts';

/** What the instrumented source and this runner share. */
interface Shared {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: Coverage;
}

/** How often each mutant was reached: while modules loaded, and by each test. */
interface Coverage {
  readonly static: Readonly<Record<string, number>>;
  readonly perTest: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

interface Mutation {
  readonly activeMutant: { readonly id: string };
  readonly mutantActivation: 'runtime' | 'static';
  readonly testFilter?: readonly string[];
  readonly hitLimit?: number;
}

const STAND_IN = new URL('loaded-tests.ts', import.meta.url).href;
const NAMESPACE = '__stryker__';
/** How long each test took before anything was changed; in the copy that is changed. */
const DURATIONS = 'durations.json';
const TESTS = 'packages/release/src/*.test.ts';

class LoadedRunner {
  readonly #shared = shared();
  #tests: readonly LoadedTest[] | null = null;

  /** For a mutant of what runs while modules load, Stryker starts a process of its own. */
  capabilities() {
    return { reloadEnvironment: false };
  }

  async dryRun() {
    const results: object[] = [];
    const durations: Record<string, number> = {};
    for (const { id, body } of await this.#load()) {
      this.#shared.currentTestId = id;
      const began = performance.now();
      const failure = await failureOf(body);
      const timeSpentMs = performance.now() - began;
      durations[id] = timeSpentMs;
      const failed = failure !== null && { failureMessage: failure };
      results.push({ id, name: id, timeSpentMs, status: failed ? 1 : 0, ...failed });
    }
    this.#shared.currentTestId = undefined;
    writeFileSync(DURATIONS, JSON.stringify(durations));
    const { mutantCoverage } = this.#shared;
    return {
      status: 'complete',
      tests: results,
      mutantCoverage: mutantCoverage && byTests(mutantCoverage),
    };
  }

  async mutantRun({ activeMutant, mutantActivation, testFilter, hitLimit }: Mutation) {
    const own = this.#shared;
    if (mutantActivation === 'static') own.activeMutant = activeMutant.id;
    let tests: readonly LoadedTest[];
    try {
      tests = await this.#load();
    } catch (error) {
      // What does not even load is noticed.
      return { status: 'killed', killedBy: [], failureMessage: String(error), nrOfTests: 0 };
    }
    Object.assign(own, { activeMutant: activeMutant.id, hitCount: 0, hitLimit });
    const asked = tests.filter(({ id }) => testFilter?.includes(id) ?? true);
    let nrOfTests = 0;
    for (const { id, body } of asked) {
      nrOfTests += 1;
      const failureMessage = await failureOf(body);
      if (hitLimit !== undefined && (own.hitCount ?? 0) > hitLimit) return { status: 'timeout' };
      if (failureMessage !== null) {
        return { status: 'killed', killedBy: [id], failureMessage, nrOfTests };
      }
    }
    return { status: 'survived', nrOfTests };
  }

  /** Short ones first: most mutants die of one of them, before a law is tried. */
  async #load(): Promise<readonly LoadedTest[]> {
    if (this.#tests !== null) return this.#tests;
    registerHooks({
      resolve: (name, context, next) =>
        name === 'vitest' ? { url: STAND_IN, shortCircuit: true } : next(name, context),
    });
    const { loadedTests, loadTests } = await import('./loaded-tests.ts');
    for (const file of globSync(TESTS).sort()) await loadTests(pathToFileURL(resolve(file)).href);
    const known = existsSync(DURATIONS)
      ? (JSON.parse(readFileSync(DURATIONS, 'utf8')) as Readonly<Record<string, number>>)
      : {};
    const tookMs = ({ id }: LoadedTest): number => known[id] ?? 0;
    this.#tests = loadedTests.toSorted((a, b) => tookMs(a) - tookMs(b));
    return this.#tests;
  }
}

/**
 * What tests reach is tried with them alone, also where it was reached while modules loaded (a test file
 * prepares something): to load anew for each of these takes most of the time.
 */
function byTests({ static: loaded, perTest }: Coverage): Coverage {
  const reached = new Set(Object.values(perTest).flatMap(Object.keys));
  const atLoad = Object.entries(loaded).filter(([mutant]) => !reached.has(mutant));
  return { static: Object.fromEntries(atLoad), perTest };
}

async function failureOf(body: () => unknown): Promise<string | null> {
  try {
    await body();
    return null;
  } catch (error) {
    return String(error).slice(0, 500);
  }
}

/** Under the name by which the instrumented source looks for it. */
function shared(): Shared {
  const world = globalThis as Record<string, Shared | undefined>;
  const own = world[NAMESPACE] ?? {};
  world[NAMESPACE] = own;
  return own;
}

const factory = Object.assign(() => new LoadedRunner(), { inject: [] });

/** Found by Stryker under this name. */
export const strykerPlugins = [{ kind: 'TestRunner', name: 'loaded', factory }];
