// SPDX-License-Identifier: Apache-2.0
// Coarsening of launch reports: time to the tick, points to the grid, and every uncertainty grown
// by what may have been done to its number (rule 6 of the border). What is coarse already, number
// and uncertainty, stays as it is, so that coarsening twice is coarsening once; no measured value is.
// Steps depend on the clause and on coarse values alone: nothing that goes tells how far a number
// was moved, or that it was not. See spec/release.md, R-40 to R-43.

import { type Instant, instant, WGS84_SEMI_MAJOR_AXIS_M } from '@isthmus/earth';
import type { Area, LaunchReport, SourceKind } from '@isthmus/picture';
import type { Clause } from './agreement.ts';
import { LIMITS } from './limits.ts';

/** Azimuths go to the whole degree, their sigma to the tenth. */
const AZIMUTH_STEPS = 360;
const AZIMUTH_STEP_RAD = (2 * Math.PI) / AZIMUTH_STEPS;
/** A tenth of a degree in units of 1e-7 rad. */
const AZIMUTH_SIGMA_STEP_E7 = 17_453;
/** The wire's unit of angle is 1e-7 rad. */
const E7 = 1e7;
/** Largest radius of curvature of the ellipsoid, a^2/b: no angle is longer on the ground. */
const CURVATURE_M_MAX = 6_399_594;
/** One sigma of a uniform error over a step is the step divided by this. */
const UNIFORM = Math.sqrt(12);

/** The report as the clause lets it go; identifiers and update number are the caller's. */
export function coarsenReport(report: LaunchReport, clause: Clause): LaunchReport {
  const launch = coarsenTime(report.launchTime, report.launchTimeSigmaS, clause.tickS);
  const impact = coarsenTime(report.impactTime, report.impactTimeSigmaS, clause.tickS);
  const azimuth = coarsenAzimuth(report.azimuthRad, report.azimuthSigmaRad);
  return {
    kind: 'launch-report',
    event: report.event,
    update: report.update,
    final: report.final,
    launchTime: launch.time,
    launchTimeSigmaS: launch.sigmaS,
    launchArea: coarsenArea(report.launchArea, clause.gridKm.report),
    azimuthRad: azimuth.rad,
    azimuthSigmaRad: azimuth.sigmaRad,
    objectCountAtLeast: Math.min(report.objectCountAtLeast, LIMITS.objects),
    impactArea: coarsenArea(report.impactArea, clause.gridKm.report),
    impactTime: impact.time,
    impactTimeSigmaS: impact.sigmaS,
    sources: orderedSources(report.sources),
    assessment: report.assessment,
  };
}

/** Nearest tick; sigma grown by the uniform error of a tick, then up to a tenth of a tick. */
function coarsenTime(
  time: Instant | null,
  sigmaS: number | null,
  tickS: number,
): { readonly time: Instant | null; readonly sigmaS: number | null } {
  if (time === null) return { time: null, sigmaS: null };
  const tickUs = tickS * 1e6;
  const rounded = instant(Math.round(time / tickUs) * tickUs);
  if (sigmaS === null) return { time: rounded, sigmaS: null };
  const stepMs = tickS * 100;
  const isCoarse =
    rounded === time && (ceilSteps(sigmaS * 1000, stepMs) * stepMs) / 1000 === sigmaS;
  const grown = isCoarse ? sigmaS : Math.hypot(sigmaS, tickS / UNIFORM);
  return { time: rounded, sigmaS: (ceilSteps(grown * 1000, stepMs) * stepMs) / 1000 };
}

function coarsenAzimuth(
  azimuthRad: number | null,
  sigmaRad: number | null,
): { readonly rad: number | null; readonly sigmaRad: number | null } {
  if (azimuthRad === null) return { rad: null, sigmaRad: null };
  const step = mod(Math.round(azimuthRad / AZIMUTH_STEP_RAD), AZIMUTH_STEPS);
  const rad = Math.round(step * AZIMUTH_STEP_RAD * E7) / E7;
  if (sigmaRad === null) return { rad, sigmaRad: null };
  const unitsOf = (sigma: number): number =>
    ceilSteps(sigma * E7, AZIMUTH_SIGMA_STEP_E7) * AZIMUTH_SIGMA_STEP_E7;
  const isCoarse = rad === azimuthRad && unitsOf(sigmaRad) / E7 === sigmaRad;
  const units = unitsOf(isCoarse ? sigmaRad : Math.hypot(sigmaRad, AZIMUTH_STEP_RAD / UNIFORM));
  // Beyond a full turn an azimuth says nothing, and saying so is enough.
  const fullTurn = Math.floor(2 * Math.PI * E7);
  return { rad, sigmaRad: Math.min(units, fullTurn) / E7 };
}

/**
 * Centre to a grid of rows of equal height, each with a whole number of cells at least as wide as
 * the grid; radius grown by half a cell's diagonal, then up to half the grid. Height is dropped: an
 * area lies on the ellipsoid.
 */
function coarsenArea(area: Area | null, gridKm: number): Area | null {
  if (area === null) return null;
  const gridM = gridKm * 1000;
  const gridRad = gridM / WGS84_SEMI_MAJOR_AXIS_M;
  const rows = Math.max(1, Math.floor(Math.PI / 2 / gridRad));
  const rowRad = Math.PI / 2 / rows;
  const row = Math.round(area.centre.latitudeRad / rowRad);
  const latitudeRad = roundE7(row * rowRad);
  const cells = Math.max(1, Math.floor((2 * Math.PI * Math.cos(row * rowRad)) / gridRad));
  const cellRad = (2 * Math.PI) / cells;
  // Into [-π, π): the antimeridian is -π alone.
  const cell = mod(Math.round(area.centre.longitudeRad / cellRad) + Math.floor(cells / 2), cells);
  const longitudeRad = roundE7((cell - Math.floor(cells / 2)) * cellRad);
  const stepM = gridM / 2;
  const isCoarse =
    latitudeRad === area.centre.latitudeRad &&
    longitudeRad === area.centre.longitudeRad &&
    ceilSteps(area.radiusM, stepM) * stepM === area.radiusM;
  const widest = Math.cos(Math.max(0, Math.abs(row * rowRad) - rowRad / 2));
  // A unit of 1e-7 rad a side besides, for the rounding to the wire's unit.
  const halfDiagonalM = CURVATURE_M_MAX * (Math.hypot(rowRad / 2, (cellRad / 2) * widest) + 2 / E7);
  const grownM = isCoarse ? area.radiusM : area.radiusM + halfDiagonalM;
  const radiusM = Math.min(ceilSteps(grownM, stepM) * stepM, LIMITS.radiusM);
  return { centre: { latitudeRad, longitudeRad, heightM: 0 }, radiusM };
}

/** One order, each once. */
function orderedSources(sources: readonly SourceKind[]): SourceKind[] {
  return (['infrared', 'radar'] as const).filter((source) => sources.includes(source));
}

/** Steps that hold the value; what is a whole number of steps but for rounding error stays. */
function ceilSteps(value: number, step: number): number {
  return Math.ceil((value / step) * (1 - 1e-12));
}

function roundE7(rad: number): number {
  // Adding zero turns a negative zero into zero.
  return Math.round(rad * E7) / E7 + 0;
}

function mod(value: number, count: number): number {
  return ((value % count) + count) % count;
}
