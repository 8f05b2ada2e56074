// SPDX-License-Identifier: Apache-2.0
// A multi-target tracker for scans of position reports in a plane: confirmed tracks take the plots
// first, what they leave feeds tentative tracks, and what those reach in score is confirmed. Aircraft
// in nearly straight flight, one sensor of known accuracy, detection probability and clutter density.
// Deterministic: the state is plain data, and the same scans give the same tracks.

import { createClusters } from '../association/clusters.ts';
import { createSpatialIndex, indexPoints } from '../association/spatial-index.ts';
import { TrackingError } from '../errors.ts';
import {
  type ConfirmedTracks,
  type ConfirmedWork,
  createConfirmed,
  predictExistence,
  type ScanWork,
  updateConfirmed,
} from './confirmed.ts';
import {
  AIR_LIMITS,
  type AirParameters,
  type AirTrackerOptions,
  airParameters,
} from './parameters.ts';
import { type Innovation, predictStates } from './states.ts';
import {
  confirmTentative,
  createTentative,
  extendTentative,
  type OpenPlots,
  openPlots,
  type TentativeTracks,
  type TentativeWork,
} from './tentative.ts';

/** The whole state; arrays are read-only to everybody else and change with the next scan. */
export interface AirTracker {
  readonly parameters: AirParameters;
  /** Time of the last scan, -Infinity before the first. */
  timeS: number;
  /**
   * Targets not yet seen, a square metre: before the first scan what birth rate and life balance to,
   * then what detection leaves of them (the undetected intensity of Williams, IEEE T-AES 51, 2015).
   */
  unseenPerM2: number;
  readonly confirmed: ConfirmedTracks;
  tentative: TentativeTracks;
  /** Tracks, confirmed and tentative, that have been predicted and then updated or coasted. */
  trackUpdates: number;
  readonly scan: ScanWork;
  readonly open: OpenPlots;
  readonly confirmedWork: ConfirmedWork;
  readonly tentativeWork: TentativeWork;
}

/** One look at the plane. */
export interface AirScan {
  readonly timeS: number;
  /** x, y of each plot in turn, metres. */
  readonly positions: Float64Array;
  /** Number of plots; the array may be longer. */
  readonly count: number;
}

/** One confirmed track as an object, for reading. */
export interface AirTrack {
  readonly id: number;
  readonly xM: number;
  readonly yM: number;
  readonly vxMps: number;
  readonly vyMps: number;
  /** Variances and covariance of position and velocity, the same in x and in y. */
  readonly positionVariance: number;
  readonly crossCovariance: number;
  readonly velocityVariance: number;
  /** Probability that there is such a target. */
  readonly existence: number;
}

const NO_POSITIONS = new Float64Array(0);

/** A tracker that has seen nothing. @throws TrackingError `bad-option` */
export function createAirTracker(options: AirTrackerOptions): AirTracker {
  const parameters = airParameters(options);
  const innovation: Innovation = { weight: 0, dxM: 0, dyM: 0, squareM2: 0 };
  const empty = (): Int32Array => new Int32Array(16);
  return {
    parameters,
    unseenPerM2: parameters.birthRatePerM2S * parameters.meanLifeS,
    timeS: Number.NEGATIVE_INFINITY,
    confirmed: createConfirmed(),
    tentative: createTentative(),
    trackUpdates: 0,
    scan: {
      positions: NO_POSITIONS,
      count: 0,
      index: createSpatialIndex(),
      free: new Float64Array(16),
    },
    open: {
      count: 0,
      positions: new Float64Array(32),
      logFree: new Float64Array(16),
      index: createSpatialIndex(),
    },
    confirmedWork: {
      pairs: {
        rows: 0,
        columns: 0,
        start: empty(),
        column: empty(),
        weight: new Float64Array(16),
      },
      clusters: createClusters(),
      none: new Float64Array(16),
      innovation,
    },
    tentativeWork: {
      next: createTentative(),
      parent: empty(),
      score: new Float64Array(16),
      scoreAtBirth: 0,
      firstSerial: 0,
      taken: new Map(),
      innovation,
    },
  };
}

/**
 * Takes in one scan. Scans come in the order of time; the tracker keeps nothing of the arrays.
 *
 * @throws TrackingError `time-backwards` unless the time is finite and after the last scan's,
 *   `not-finite` for a coordinate that is not a number, `size-mismatch` for a count that the array
 *   does not hold; then the tracker is as it was
 */
export function stepAirTracker(tracker: AirTracker, scan: AirScan): void {
  check(tracker, scan);
  const { parameters, confirmed, open, tentativeWork } = tracker;
  const dtS = tracker.timeS === Number.NEGATIVE_INFINITY ? 0 : scan.timeS - tracker.timeS;
  tracker.timeS = scan.timeS;
  predictStates(confirmed.states, dtS, parameters.accelDensityM2S3);
  const survival = Math.exp(-dtS / parameters.meanLifeS);
  predictExistence(confirmed, survival);
  tracker.unseenPerM2 = survival * tracker.unseenPerM2 + parameters.birthRatePerM2S * dtS;
  predictStates(tracker.tentative.states, dtS, parameters.accelDensityM2S3);
  tracker.trackUpdates += confirmed.states.count + tracker.tentative.states.count;
  const work = tracker.scan;
  work.positions = scan.positions;
  work.count = scan.count;
  // The largest common gate: from the first plot of a new target to its second.
  const reach = 2 * parameters.plotVariance + dtS * dtS * parameters.velocityVariance;
  const cellM = Math.sqrt(AIR_LIMITS.gateSecondPlot * reach);
  indexPoints(work.index, scan.positions, { count: scan.count, cellM });
  updateConfirmed(confirmed, work, tracker.confirmedWork, parameters);
  const { detectionProbability, clutterDensityPerM2 } = parameters;
  openPlots(open, scan.positions, {
    free: work.free,
    count: scan.count,
    // Where plots are sparse, larger cells save looks into empty ones.
    cellM: Math.max(cellM, Math.min(4 * cellM, 1 / Math.sqrt(clutterDensityPerM2))),
  });
  tentativeWork.scoreAtBirth = Math.log(
    (detectionProbability * tracker.unseenPerM2) / clutterDensityPerM2,
  );
  tracker.unseenPerM2 *= 1 - detectionProbability;
  tracker.tentative = extendTentative({
    tracks: tracker.tentative,
    open,
    work: tentativeWork,
    parameters,
  });
  confirmTentative(tracker.tentative, confirmed, tentativeWork, parameters);
  work.positions = NO_POSITIONS;
}

function check(tracker: AirTracker, { timeS, positions, count }: AirScan): void {
  if (!(timeS > tracker.timeS && timeS < Number.POSITIVE_INFINITY)) {
    throw new TrackingError(
      'time-backwards',
      `a scan at ${timeS} s after one at ${tracker.timeS} s`,
    );
  }
  if (!Number.isInteger(count) || count < 0 || 2 * count > positions.length) {
    throw new TrackingError('size-mismatch', `${count} plots in ${positions.length} numbers`);
  }
  for (let i = 0; i < 2 * count; i += 1) {
    if (Number.isFinite(positions[i])) continue;
    throw new TrackingError('not-finite', `coordinate ${i} of a scan is ${positions[i]}`);
  }
}

/** The confirmed tracks, in no particular order. */
export function airTracks({ confirmed }: AirTracker): AirTrack[] {
  const { states, id, existence } = confirmed;
  return Array.from({ length: states.count }, (_, i) => ({
    id: id[i] as number,
    xM: states.xM[i] as number,
    yM: states.yM[i] as number,
    vxMps: states.vxMps[i] as number,
    vyMps: states.vyMps[i] as number,
    positionVariance: states.positionVariance[i] as number,
    crossCovariance: states.crossCovariance[i] as number,
    velocityVariance: states.velocityVariance[i] as number,
    existence: existence[i] as number,
  }));
}
