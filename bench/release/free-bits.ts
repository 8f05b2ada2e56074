// SPDX-License-Identifier: Apache-2.0
// How many bits an item has that a hostile hand on our own side, behind an honest gate, could choose:
// by field of the published schema, under a clause. `most` is all that the field can carry after
// coarsening, by who does not mind being found out; `unnoticed` is what can be chosen while every
// statement stays true to a tenth of its sigma, by who does.

import { fieldsOfSchema } from './reading.ts';

/** A clause as fine as the ready-made agreements have them, and a body known as well as radar knows. */
const NOMINAL = { tickS: 1, reportKm: 10, trackKm: 1, sigmaM: 100, sigmaMps: 10 } as const;
type Nominal = typeof NOMINAL;

export interface Bits {
  readonly most: number;
  readonly unnoticed: number;
}

const NONE: Bits = { most: 0, unnoticed: 0 };
/** Made by a keyed hash: chosen by trial alone, k bits at the cost of 2^k hashes, and seen by nobody. */
const IDENTIFIER: Bits = { most: 128, unnoticed: 40 };
/** Ticks from 1970 to the end of the wire's time. */
const INSTANTS_US = 2 ** 53;
const EARTH_KM2 = 5.1e8;
/** A tenth of a sigma to either side, of a number whose sigma is one. */
const TENTHS = 0.2;
const COVARIANCE_MAX = 1e24;
/** Values of a double within a tenth of a sigma: a fifth of a binade. */
const DOUBLE_BITS = 52 + Math.log2(TENTHS);

/** Values of a field of so many choices, of which so many are as good as the true one. */
function of(most: number, unnoticed = 1): Bits {
  return { most: Math.log2(Math.max(1, most)), unnoticed: Math.log2(Math.max(1, unnoticed)) };
}

type Table = Readonly<Record<string, (clause: Nominal) => Bits>>;

const TIME = ({ tickS }: Nominal): Bits => of(INSTANTS_US / (tickS * 1e6));
const TIME_SIGMA = ({ tickS }: Nominal): Bits => of(864_000 / tickS, 2);
const AREA = ({ reportKm }: Nominal): Bits =>
  of((EARTH_KM2 / reportKm ** 2) * (20_100 / (reportKm / 2)), 2);
const STATE: Table = {
  track: () => IDENTIFIER,
  event: () => IDENTIFIER,
  source: () => of(2),
  phase: () => of(5),
  // Nobody counts our looks.
  looks: () => of(2 ** 32, 16),
};

/** What stands around an item is forced by the agreement and the tick. */
const ENVELOPE: Table = {
  agreement_hash: () => NONE,
  clause: () => NONE,
  released_at_us: () => NONE,
};

/** Of messages whose fields do not depend on where they stand. */
const MESSAGES: Readonly<Record<string, Table>> = {
  LaunchReport: {
    event: () => IDENTIFIER,
    // Numbered by the gate.
    update: () => NONE,
    final: () => of(2),
    launch_time_us: TIME,
    launch_time_sigma_ms: TIME_SIGMA,
    launch_area: AREA,
    azimuth_rad_e7: () => of(361),
    azimuth_sigma_rad_e7: () => of(3601, 2),
    object_count_at_least: () => of(10_001),
    impact_area: AREA,
    impact_time_us: TIME,
    impact_time_sigma_ms: TIME_SIGMA,
    sources: () => of(4),
    assessment: () => of(5),
  },
  Track: STATE,
  Rebase: { ...STATE, epoch: () => of(2 ** 32, 2) },
  // The base is what the gate remembers.
  Tracklet: { ...STATE, epoch: () => NONE, base_us: () => NONE },
  Drop: { track: () => IDENTIFIER, event: () => IDENTIFIER, reason: () => of(5, 2) },
  Withdrawal: { event: () => NONE, reason: () => of(3, 2) },
  CoverageReport: {
    object_class: () => of(3),
    from_us: () => NONE,
    until_us: () => NONE,
    state: () => of(2),
    least_height_m: () => of(1001, 2),
    detection_percent: () => of(9, 2),
  },
  TestMessage: { serial: () => of(2 ** 32, 2 ** 32) },
};

/** The estimate of a track under a grid: cells, and steps of the covariance. */
const ON_GRID: Table = {
  time_us: TIME,
  ...Object.fromEntries(
    ['x_mm', 'y_mm', 'z_mm'].map((axis) => [axis, ({ trackKm }: Nominal) => of(2e5 / trackKm)]),
  ),
  ...Object.fromEntries(
    ['vx_mmps', 'vy_mmps', 'vz_mmps'].map((axis) => [
      axis,
      ({ trackKm }: Nominal) => of(4e4 / (10 * trackKm)),
    ]),
  ),
  covariance: (clause) => {
    const total = clause.sigmaM ** 2 + (1000 * clause.trackKm) ** 2 / 12;
    const steps = total / ((1000 * clause.trackKm) ** 2 / 384);
    const each = of(COVARIANCE_MAX / ((1000 * clause.trackKm) ** 2 / 384), TENTHS * steps);
    return { most: 21 * Math.min(64, each.most), unnoticed: 21 * each.unnoticed };
  },
};

/** That of a rebase or tracklet: millimetres, and doubles. */
const EXACT: Table = {
  time_us: () => of(INSTANTS_US, 1000),
  ...Object.fromEntries(
    ['x_mm', 'y_mm', 'z_mm'].map((axis) => [
      axis,
      ({ sigmaM }: Nominal) => of(2e11, TENTHS * sigmaM * 1000),
    ]),
  ),
  ...Object.fromEntries(
    ['vx_mmps', 'vy_mmps', 'vz_mmps'].map((axis) => [
      axis,
      ({ sigmaMps }: Nominal) => of(4e7, TENTHS * sigmaMps * 1000),
    ]),
  ),
  covariance: () => ({ most: 21 * 64, unnoticed: 21 * DOUBLE_BITS }),
};

/** One kind of item: all its bits, and by field. */
export interface ItemBits extends Bits {
  readonly item: string;
  readonly fields: Readonly<Record<string, Bits>>;
}

/** Every kind of the schema; a field of it that no table here knows is an error. */
export function freeBits(clause: Nominal = NOMINAL): ItemBits[] {
  return fieldsOfSchema('Release')
    .filter(({ name }) => !Object.hasOwn(ENVELOPE, name))
    .map(({ type }) => {
      const fields: Record<string, Bits> = {};
      for (const { name } of fieldsOfSchema(type)) {
        if (name === 'estimate') {
          const table = type === 'Track' ? ON_GRID : EXACT;
          for (const inner of fieldsOfSchema('Estimate')) {
            fields[inner.name] = bitsOf(table, inner.name, clause);
          }
        } else fields[name] = bitsOf(MESSAGES[type] as Table, name, clause);
      }
      const sum = (key: keyof Bits): number =>
        rounded(Object.values(fields).reduce((total, bits) => total + bits[key], 0));
      return { item: type, most: sum('most'), unnoticed: sum('unnoticed'), fields };
    });
}

function bitsOf(table: Table, name: string, clause: Nominal): Bits {
  const bits = table[name];
  if (bits === undefined) throw new TypeError(`nobody has counted the bits of ${name}`);
  const { most, unnoticed } = bits(clause);
  return { most: rounded(most), unnoticed: rounded(unnoticed) };
}

function rounded(bits: number): number {
  return Math.round(bits * 10) / 10;
}
