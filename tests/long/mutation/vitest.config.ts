// SPDX-License-Identifier: Apache-2.0
// The unit tests of the gate alone, for the mutants of it and for its coverage.

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('../../../', import.meta.url)),
  resolve: { conditions: ['isthmus-source'] },
  ssr: { resolve: { conditions: ['isthmus-source'], externalConditions: ['isthmus-source'] } },
  test: {
    include: ['packages/release/src/*.test.ts'],
    // One worker for all files: starting one for each would take longer than the tests.
    isolate: false,
    testTimeout: 20_000,
    coverage: {
      provider: 'v8',
      include: ['packages/release/src/*.ts'],
      exclude: ['**/*.test.ts', '**/fixtures.ts', '**/index.ts'],
      reporter: ['text', 'json-summary'],
    },
  },
});
