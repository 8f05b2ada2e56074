// SPDX-License-Identifier: Apache-2.0
// Two projects: `unit` (beside the source, under a minute) and `whole` (across packages, processes).

import { defineConfig } from 'vitest/config';

const shared = {
  resolve: { conditions: ['isthmus-source'] },
  ssr: { resolve: { conditions: ['isthmus-source'], externalConditions: ['isthmus-source'] } },
};

export default defineConfig({
  test: {
    reporters: ['default'],
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: ['{packages,apps,tools}/**/*.test.ts', '{packages,apps}/**/*.prop.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'whole',
          include: ['tests/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
