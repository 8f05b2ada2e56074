// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { recordedFlights } from '../../bench/warning/flights.ts';

const FOLDER = new URL('../../../shared/data/falcon9/', import.meta.url);

test.skipIf(!existsSync(FOLDER))(
  'two recorded first stages: within 5 km of a fall without air, after boostback and before entry (skips without the data)',
  async () => {
    const { recordedFlights: flights } = await recordedFlights({ seed: 3, scale: 0.01 });
    const both = { runs: 2, stated: 2, within5Km: 2, inside90: 2 };
    for (const [name, told] of Object.entries(flights as Record<string, object>)) {
      expect(told, name).toMatchObject({ afterBoostback: both, beforeEntry: both });
      const { worst } = (told as { staleRegionS: { worst: number | null } }).staleRegionS;
      expect(worst ?? 0, name).toBeLessThanOrEqual(15);
    }
  },
);
