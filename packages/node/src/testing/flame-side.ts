// SPDX-License-Identifier: Apache-2.0
// A side without a partner that sees a flame rise, for tests: enough for one warning.

import { addSeconds, geodeticFromDegrees, instant } from '@isthmus/earth';
import type { Storage } from '@isthmus/ledger';
import type { FeedRecord, Plot, Sensor } from '@isthmus/picture';
import type { NodeOptions } from '../ports.ts';
import type { NodeShell } from '../shell.ts';

export const START = instant(1_340_000_000_000_000);

const SATELLITE: Sensor = {
  kind: 'infrared',
  id: 'satellite',
  site: geodeticFromDegrees(0, 20, 35_786_000),
  revisitS: 5,
  noiseRad: 4e-5,
  biasRad: 2e-5,
};

/** A flame that moves as a launch's does, seen every five seconds: enough for a cue. */
function plots(): Plot[] {
  return Array.from({ length: 60 }, (_, i) => ({
    kind: 'infrared',
    id: i,
    sensor: 'satellite',
    time: addSeconds(START, 5 * i),
    arrival: addSeconds(START, 5 * i + 0.5),
    eastRad: 0.08 + 1e-5 * i + 4e-7 * i * i,
    northRad: 0.06 + 1e-5 * i + 5e-7 * i * i,
  }));
}

export function optionsOf(storage: Storage, records: FeedRecord[]): NodeOptions {
  const all = plots();
  const header = {
    isthmus: 'journal',
    side: 'west',
    build: 'test',
    engine: 'test',
    architecture: 'test',
  } as const;
  return {
    side: 'west',
    partner: 'east',
    sensors: [SATELLITE],
    terms: null,
    header,
    storage,
    ledger: null,
    link: null,
    mirrored: () => Promise.resolve([]),
    plots: {
      take: (from, until) =>
        Promise.resolve(all.slice(from).filter((plot) => plot.arrival <= until)),
    },
    outputs: {
      onFeed: (record) => void records.push(record),
      onDecision: () => {},
      onFault: () => {},
    },
  };
}

/** Takes the turns of so many seconds. */
export async function turns(shell: NodeShell, from: number, until: number): Promise<void> {
  for (let second = from; second < until; second += 1) {
    await shell.turn(addSeconds(START, second), true);
  }
}
