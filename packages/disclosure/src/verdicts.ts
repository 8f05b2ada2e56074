// SPDX-License-Identifier: Apache-2.0
// What the attacks yield, against what is true. Only the owner of the sensors can ask this: it knows
// where they stand.

import { degreesFromRadians, enclosingRadiusM, geodesicDistanceM } from '@isthmus/earth';
import type { RadarSensor, Sensor } from '@isthmus/picture';
import {
  type Findings,
  PLACE_ATTACKS,
  type PlaceAttack,
  VALUE_ATTACKS,
  type ValueAttack,
} from './attacks.ts';
import type { PlaceEstimate } from './estimate.ts';

/** What is true of the sender, as the sender itself declares it. */
export interface OwnTruth {
  readonly sensors: readonly Sensor[];
  /** Seconds, all together, in which its radars looked at nothing between first and last look. */
  readonly gapS: number;
  /** Least seconds from a look to the gate. */
  readonly delayS: number;
}

/** A radar is located when an estimate is this near to it. */
export interface Criterion {
  readonly limitKm: number;
}

/** One row of the table: an attack against one true value. */
export interface Verdict {
  readonly attack: PlaceAttack | ValueAttack;
  /** The sensor it is about, by its own name; null for what is of the whole side. */
  readonly sensor: string | null;
  readonly unit: string;
  /** A place in degrees north and east, or a number; null where the attack yields nothing. */
  readonly estimate:
    | { readonly latitudeDeg: number; readonly longitudeDeg: number }
    | number
    | null;
  /** Of a place the radius that holds the truth at 95 %, of a number one sigma. */
  readonly stated: number | null;
  /** Of a place the same as `error`'s origin, of a number its true value; null where none is. */
  readonly truth: { readonly latitudeDeg: number; readonly longitudeDeg: number } | number | null;
  /** How far off it is. */
  readonly error: number | null;
  readonly revealed: boolean;
}

/** A number is revealed when it is known, and said to be known, to within this share. */
const VALUE_SHARE = 0.25;
const AREA_PROBABILITY = 0.95;

/** A row for every attack and every own sensor it could be about. */
export function verdictsOf(
  findings: Findings,
  truth: OwnTruth,
  criterion: Criterion,
): readonly Verdict[] {
  const radars = truth.sensors.filter((sensor) => sensor.kind === 'radar');
  const places = PLACE_ATTACKS.flatMap((attack) =>
    radars.map((radar) => placeVerdict(attack, findings.places[attack], { radar, criterion })),
  );
  // The keys of VALUE_ATTACKS, by construction.
  const attacks = Object.keys(VALUE_ATTACKS) as ValueAttack[];
  return [...places, ...attacks.flatMap((attack) => valueVerdicts(attack, findings, truth))];
}

/**
 * The nearest of an attack's places to a radar. It counts as located by how near that is, whatever
 * error the attack states: who discloses asks what is given away, not what the partner may dare say.
 */
function placeVerdict(
  attack: PlaceAttack,
  estimates: readonly PlaceEstimate[],
  given: { readonly radar: RadarSensor; readonly criterion: Criterion },
): Verdict {
  const { radar, criterion } = given;
  const near = estimates
    .map((estimate) => ({ estimate, km: geodesicDistanceM(estimate.place, radar.site) / 1e3 }))
    .sort((a, b) => a.km - b.km)[0];
  const about = { attack, sensor: radar.id, unit: 'km', truth: degrees(radar.site) };
  if (near === undefined) {
    return { ...about, estimate: null, stated: null, error: null, revealed: false };
  }
  const { place, covarianceM2 } = near.estimate;
  return {
    ...about,
    estimate: degrees(place),
    stated: enclosingRadiusM(covarianceM2, AREA_PROBABILITY) / 1e3,
    error: near.km,
    revealed: near.km <= criterion.limitKm,
  };
}

function degrees(place: { readonly latitudeRad: number; readonly longitudeRad: number }): {
  readonly latitudeDeg: number;
  readonly longitudeDeg: number;
} {
  return {
    latitudeDeg: degreesFromRadians(place.latitudeRad),
    longitudeDeg: degreesFromRadians(place.longitudeRad),
  };
}

function valueVerdicts(
  attack: ValueAttack,
  findings: Findings,
  truth: OwnTruth,
): readonly Verdict[] {
  const unit = VALUE_ATTACKS[attack];
  const found = findings.values[attack];
  return truthsOf(attack, truth).map(({ sensor, value }): Verdict => {
    const about = { attack, sensor, unit, truth: value };
    if (found === null) {
      return { ...about, estimate: null, stated: null, error: null, revealed: false };
    }
    const error = Math.abs(found.value - value);
    const within = VALUE_SHARE * value;
    const revealed = error <= within && found.sigma <= within;
    return { ...about, estimate: found.value, stated: found.sigma, error, revealed };
  });
}

/** The true values an attack could be about. */
function truthsOf(
  attack: ValueAttack,
  { sensors, gapS, delayS }: OwnTruth,
): readonly { readonly sensor: string | null; readonly value: number }[] {
  const radars = sensors.filter((sensor) => sensor.kind === 'radar');
  const each = (of: (radar: RadarSensor) => number) =>
    radars.map((radar) => ({ sensor: radar.id, value: of(radar) }));
  switch (attack) {
    case 'range-error':
      return each(({ noise, bias }) => Math.hypot(noise.rangeM, bias.rangeM));
    case 'angle-error':
      return each(({ noise, bias }) =>
        degreesFromRadians(Math.hypot(noise.azimuthRad, bias.azimuthRad)),
      );
    case 'radar-revisit':
      return each(({ revisitS }) => revisitS);
    case 'infrared-revisit':
      return sensors.flatMap(({ kind, id, revisitS }) =>
        kind === 'infrared' ? [{ sensor: id, value: revisitS }] : [],
      );
    case 'maximal-range':
      return each(({ rangeMaxM }) => rangeMaxM / 1e3);
    case 'coverage-gap':
      return [{ sensor: null, value: gapS }];
    case 'processing-delay':
      return [{ sensor: null, value: delayS }];
  }
}

/** How near the nearest attack comes to any own radar, km; null where none yields a place. */
export function nearestKm(verdicts: readonly Verdict[]): number | null {
  const errors = verdicts.flatMap(({ attack, error }) =>
    error !== null && PLACE_ATTACKS.some((place) => place === attack) ? [error] : [],
  );
  return errors.length === 0 ? null : Math.min(...errors);
}

/** True when some attack locates some own radar. */
export function locates(verdicts: readonly Verdict[]): boolean {
  return verdicts.some(
    ({ attack, revealed }) => revealed && PLACE_ATTACKS.some((place) => place === attack),
  );
}
