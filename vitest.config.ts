// SPDX-License-Identifier: Apache-2.0
// Three projects: `unit` (beside the source, under a minute), `whole` (across packages, processes),
// and `browser` (the console as a visitor meets it), which `npm test` runs after the others: a globe
// drawn in software has no core to spare.

import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take more than half a minute. */
const LONG =
  /\/tests\/(simulation\/(short|long)|docs\/commands|partner\/|program\/(demo|scenarios|consoles))/;

/** The long ones first: one of them begun last would leave every other worker without work. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => LONG.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

/**
 * Modules are loaded by Node itself, as where they are shipped: a third less of the processor's time than
 * through Vite, by which every use of an import is a look-up in an object.
 */
const shared = {
  experimental: { viteModuleRunner: false, nodeLoader: false },
  execArgv: ['--conditions=isthmus-source'],
  // `packages/` keeps no state between calls, so a file may find its modules loaded already: a fifth of
  // the processor's time.
  isolate: false,
};

export default defineConfig({
  test: {
    reporters: ['default'],
    sequence: { sequencer: LongFirst },
    // An eighth of the tests' time is waiting, for seconds of a node or for a lost partner: one worker more
    // than there are cores keeps these busy. By itself it would leave one of two cores idle.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['{packages,apps,tools}/**/*.test.ts', '{packages,apps}/**/*.prop.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'whole',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/console/visitor.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'browser',
          include: ['tests/console/visitor.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
