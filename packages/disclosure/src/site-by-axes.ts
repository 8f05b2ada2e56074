// SPDX-License-Identifier: Apache-2.0
// Where the radars stand, from the axes of covariances: lines of sight meet at the site. Lines of
// several radars, and lines that point nowhere, are told apart by a mixture: a line is of this
// site, or of anything (expectation and maximisation; Dempster, Laird and Rubin, JRSS B 39, 1977).

import {
  add,
  dot,
  type Ecef,
  ecefFromGeodetic,
  enuAxes,
  type Geodetic,
  geodeticFromEcef,
  scale,
  subtract,
  type Vector3,
  WGS84_SEMI_MAJOR_AXIS_M,
} from '@isthmus/earth';
import type { PlaceEstimate } from './estimate.ts';
import { missOf, type Pointing } from './pointings.ts';

/** Sites looked for in one stream. */
const SITES_MAX = 3;
/** Share of the lines that may be of another site, or of none. */
const STRAY_SHARE = 0.5;
/** Lines that cross the ground farther away than this from where they begin are not followed. */
const REACH_M = 6e6;
/** Lines from which sites are guessed; those of the youngest states. */
const GUESSES_MAX = 40;
const ITERATIONS = 12;
/** One line gives a site, by where it crosses the ground; this is one line but for its doubt. */
const SUPPORT_MIN = 0.9;
/** A line that is of a site by more than this is used up by it. */
const BELONGS = 0.5;
/** Lines of which fewer than this share are of some site, or fewer of one, agree by chance. */
const AGREE_SHARE = 0.4;
const AGREE_MIN = 3;
/** Lines that lie better than their errors say are no better than that. */
const SCATTER_FLOOR = 1;

/**
 * Sites, the one with most support first; empty where lines meet nowhere.
 *
 * What was added points best, if the sender's filter carries no bias along; where it does, those
 * lines meet nowhere, and the axes of whole states, which such a bias shapes as the radar does, are
 * taken.
 */
export function sitesByAxes(pointings: {
  readonly ofStates: readonly Pointing[];
  readonly ofAdded: readonly Pointing[];
}): readonly PlaceEstimate[] {
  const added = sitesOf(pointings.ofAdded);
  const agree =
    added.used >= AGREE_SHARE * pointings.ofAdded.length &&
    (added.sites[0]?.support ?? 0) >= AGREE_MIN;
  return agree ? added.sites : sitesOf(pointings.ofStates).sites;
}

/** The sites of one kind of line, and how many lines belong to one of them. */
function sitesOf(pointings: readonly Pointing[]): {
  readonly sites: readonly PlaceEstimate[];
  readonly used: number;
} {
  const sites: PlaceEstimate[] = [];
  let left = pointings;
  while (sites.length < SITES_MAX && left.length > 0) {
    const found = oneSite(left);
    if (found === null) break;
    sites.push(found.site);
    const rest = left.filter((_, i) => (found.shares[i] as number) <= BELONGS);
    if (rest.length === left.length) break;
    left = rest;
  }
  return { sites, used: pointings.length - left.length };
}

interface Found {
  readonly site: PlaceEstimate;
  /** Of each line: how probably it is of this site. */
  readonly shares: readonly number[];
}

function oneSite(pointings: readonly Pointing[]): Found | null {
  let best: { readonly place: Geodetic; readonly score: number } | null = null;
  for (const guess of guesses(pointings)) {
    const score = scoreOf(pointings, ecefFromGeodetic(guess));
    if (best === null || score > best.score) best = { place: guess, score };
  }
  if (best === null) return null;
  let place = best.place;
  for (let i = 0; i < ITERATIONS; i += 1) {
    const step = normalEquations(pointings, place, null);
    const moved = solveTwo(step.matrix, step.vector);
    if (moved === null) return null;
    place = shift(place, moved);
  }
  return stated(pointings, place);
}

/** Where the lines of the youngest states first meet the ground: no sight goes through the Earth. */
function guesses(pointings: readonly Pointing[]): readonly Geodetic[] {
  const youngest = [...pointings]
    .sort((a, b) => a.overS * a.partOfTurn - b.overS * b.partOfTurn)
    .slice(0, GUESSES_MAX);
  return youngest.flatMap(({ from, axis }) => {
    const b = dot(from, axis);
    const root = b * b - dot(from, from) + WGS84_SEMI_MAJOR_AXIS_M ** 2;
    if (root < 0) return [];
    const alongM = -b + Math.sign(b) * Math.sqrt(root);
    if (Math.abs(alongM) > REACH_M) return [];
    return [{ ...geodeticFromEcef(add(from, scale(axis, alongM))), heightM: 0 }];
  });
}

function scoreOf(pointings: readonly Pointing[], site: Vector3<Ecef>): number {
  let sum = 0;
  for (const pointing of pointings) {
    const { own, stray } = densities(pointing, site);
    sum += Math.log(own + stray);
  }
  return sum;
}

/** Densities of the direction of a line, of this site and of anything, each with its share. */
function densities(
  pointing: Pointing,
  site: Vector3<Ecef>,
): { readonly own: number; readonly stray: number } {
  const { missRad, sigmaRad } = missOf(pointing, site);
  const own = Math.exp(-0.5 * (missRad / sigmaRad) ** 2) / (sigmaRad * sigmaRad);
  return { own: (1 - STRAY_SHARE) * own, stray: STRAY_SHARE };
}

function shareOf(pointing: Pointing, site: Vector3<Ecef>): number {
  const { own, stray } = densities(pointing, site);
  return own / (own + stray);
}

interface Normal {
  readonly matrix: [number, number, number];
  readonly vector: [number, number];
  readonly shares: readonly number[];
  /** Sum over the lines of weight times squared standardised miss, and of weight. */
  readonly chi: number;
  readonly weight: number;
}

/**
 * Normal equations of the site's move over the ground, east and north, in metres.
 *
 * @param among where given, by how many lines the error of each is shared
 */
function normalEquations(
  pointings: readonly Pointing[],
  place: Geodetic,
  among: readonly number[] | null,
): Normal {
  const site = ecefFromGeodetic(place);
  const [east, north] = enuAxes(place);
  const matrix: [number, number, number] = [0, 0, 0];
  const vector: [number, number] = [0, 0];
  let chi = 0;
  let weight = 0;
  const shares = pointings.map((pointing, i) => {
    const { sigmaRad, rangeM, missRad } = missOf(pointing, site);
    const share = shareOf(pointing, site);
    const part = share / (among?.[i] ?? 1);
    const w = part / (sigmaRad * rangeM) ** 2;
    const e = across(east, pointing.axis);
    const n = across(north, pointing.axis);
    const off = across(subtract(site, pointing.from), pointing.axis);
    matrix[0] += w * dot(e, e);
    matrix[1] += w * dot(e, n);
    matrix[2] += w * dot(n, n);
    vector[0] -= w * dot(e, off);
    vector[1] -= w * dot(n, off);
    chi += part * (missRad / sigmaRad) ** 2;
    weight += part;
    return share;
  });
  return { matrix, vector, shares, chi, weight };
}

/** The part of a vector that is square to a unit axis. */
function across(vector: Vector3<Ecef>, axis: Vector3<Ecef>): Vector3<Ecef> {
  return subtract(vector, scale(axis, dot(vector, axis)));
}

function shift(place: Geodetic, [east, north]: readonly [number, number]): Geodetic {
  const [e, n] = enuAxes(place);
  const moved = add(ecefFromGeodetic(place), add(scale(e, east), scale(n, north)));
  return { ...geodeticFromEcef(moved), heightM: 0 };
}

/** The site with its covariance, lines that share an error counted as one. */
function stated(pointings: readonly Pointing[], place: Geodetic): Found | null {
  const { shares } = normalEquations(pointings, place, null);
  const among = pointings.map(({ time, sharedS }) =>
    pointings.reduce(
      (sum, other, j) =>
        other.sharedS === sharedS && Math.abs(other.time - time) <= (sharedS * 1e6) / 2
          ? sum + (shares[j] as number)
          : sum,
      0,
    ),
  );
  const { matrix, chi, weight } = normalEquations(
    pointings,
    place,
    among.map((n) => Math.max(1, n)),
  );
  if (weight < SUPPORT_MIN) return null;
  const scatter = Math.max(SCATTER_FLOOR, chi / (2 * weight));
  const [ee, en, nn] = matrix;
  const determinant = ee * nn - en * en;
  if (!(determinant > 0)) return null;
  const covarianceM2 = [nn, -en, ee].map((v) => (v * scatter) / determinant);
  return {
    site: { place, covarianceM2: covarianceM2 as [number, number, number], support: weight },
    shares,
  };
}

function solveTwo(
  [a, b, c]: readonly [number, number, number],
  [x, y]: readonly [number, number],
): [number, number] | null {
  const determinant = a * c - b * b;
  if (!(determinant > 0)) return null;
  const step: [number, number] = [(c * x - b * y) / determinant, (a * y - b * x) / determinant];
  // A step of the linearised equations that is longer than this leaves where they hold.
  const length = Math.hypot(...step);
  const most = 300e3;
  return length <= most ? step : [(step[0] * most) / length, (step[1] * most) / length];
}
