// SPDX-License-Identifier: Apache-2.0
// What the episodes of one form have in common: the prepared run, how long they are, and how often
// the costly invariants are asked for. Prepared once for any number of seeds.

import type { Scenario } from '@isthmus/sim/scenario';
import { type PreparedRun, prepareRun, readRun } from '../../apps/cli/src/demo/prepare.ts';
import { AloneRuns } from './alone.ts';

export interface EpisodeForm {
  readonly name: 'short' | 'long';
  /** Simulated seconds in which faults may be active, and in which they may not. */
  readonly faultyS: number;
  readonly quietS: number;
  /** Seconds of the flight at which an episode may begin. */
  readonly startsS: readonly number[];
  /** One in so many episodes is also replayed from its disk and compared, state for state. */
  readonly replayOneIn: number;
  /** Whether partners that lie, disks that lie and what operators do are drawn too. */
  readonly hostile: boolean;
}

/** A minute of faults and a minute of quiet, as the scenario is. */
const LONG: EpisodeForm = {
  name: 'long',
  faultyS: 60,
  quietS: 60,
  startsS: [30, 280, 380, 600],
  replayOneIn: 1,
  hostile: false,
};

/** The longest pause between two attempts is 16 ticks: the quiet time is longer. */
const SHORT: EpisodeForm = {
  name: 'short',
  faultyS: 16,
  quietS: 20,
  startsS: [110, 740, 780, 820, 860, 900],
  replayOneIn: 8,
  hostile: true,
};

/** In the short form radars look this much less often. */
const REVISIT_FACTOR = 3;
/** Square metres that no radar of a scenario detects. */
const UNSEEN_M2 = 1e-6;

export interface Setting {
  readonly run: PreparedRun;
  readonly form: EpisodeForm;
  readonly alone: AloneRuns;
}

/** The default scenario as it is, for long episodes. */
export async function longSetting(): Promise<Setting> {
  const run = prepareRun(await readRun({ scenario: 'black-sea' }), 1);
  return { run, form: LONG, alone: new AloneRuns(run) };
}

/**
 * The default scenario with one body, few looks and an item for each look: as many entries cross in
 * a second as in the long form, with a fraction of the mathematics, which was two thirds of an
 * episode's time and is tested elsewhere.
 */
export async function shortSetting(): Promise<Setting> {
  const documents = await readRun({ scenario: 'black-sea' });
  const clauses = documents.agreement.clauses.map((clause) => ({ ...clause, looksATracklet: 1 }));
  // Coverage reports once a minute, both ways; no sensor here says that it works, so that only a liar
  // claims to have seen nothing.
  const [west = '', east = ''] = documents.agreement.parties;
  const coverage = [
    [west, east],
    [east, west],
  ].map(([from = '', to = '']) => ({
    id: `${from}-coverage`,
    from,
    to,
    region: { kind: 'circle' as const, latitudeDeg: 20, longitudeDeg: 62, radiusKm: 500 },
    objectClasses: ['medium-range' as const],
    everyS: 60,
  }));
  const agreement = { ...documents.agreement, clauses, coverage };
  const run = prepareRun({ ...documents, scenario: thinned(documents.scenario), agreement }, 1);
  return { run, form: SHORT, alone: new AloneRuns(run) };
}

function thinned(scenario: Scenario): Scenario {
  const sides = Object.entries(scenario.sides).map(([name, side]) => {
    const sensors = side.sensors.map((sensor) =>
      sensor.kind === 'radar'
        ? { ...sensor, revisitS: sensor.revisitS * REVISIT_FACTOR, falsePlotsPerScan: 0 }
        : { ...sensor, falsePlotsPerScan: 0 },
    );
    return [name, { ...side, sensors }];
  });
  const launches = scenario.launches.map((launch) =>
    launch.kind === 'guided'
      ? {
          ...launch,
          debris: { ...launch.debris, sizeM2: UNSEEN_M2 },
          stages: launch.stages.map((stage) => ({
            ...stage,
            spent: { ...stage.spent, sizeM2: UNSEEN_M2 },
          })),
        }
      : launch,
  );
  return {
    ...scenario,
    sides: Object.fromEntries(sides) as Scenario['sides'],
    launches,
    satellites: [],
  };
}
