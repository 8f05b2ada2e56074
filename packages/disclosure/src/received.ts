// SPDX-License-Identifier: Apache-2.0
// What a partner holds: items with their times of arrival. From these alone it rebuilds the full
// states the sender had, as its own fusion does; every attack begins here.

import {
  type Instant,
  invertPositive,
  isPositiveDefinite,
  packSymmetric,
  secondsBetween,
  unpackSymmetric,
} from '@isthmus/earth';
import type { Estimate, FlightPhase, Item, SourceKind } from '@isthmus/picture';
import { combine, propagateCoast } from '@isthmus/tracking';

/** One released item as the partner has it. */
export interface Received {
  /** When it came, on the partner's clock. */
  readonly at: Instant;
  /** As decoded: coarsened, under identifiers of the agreement. */
  readonly item: Item;
}

/** What both parties know of the terms under which a stream was released: they signed them. */
export interface KnownTerms {
  /** Cell to which track items were rounded; 0 is none. */
  readonly trackGridKm: number;
  /** One sigma that no direction of a state goes below; 0 is no floor. */
  readonly floorM: number;
  /** The agreed delay of every item. */
  readonly delayS: number;
  /** To which the times of track items were rounded. */
  readonly tickS: number;
}

/** A full state of one of the sender's tracks, as the partner can rebuild it. */
export interface HeldState {
  readonly track: string;
  readonly source: SourceKind;
  readonly phase: FlightPhase;
  readonly arrival: Instant;
  readonly estimate: Estimate;
  /** From the first state of the track to this one. */
  readonly ageS: number;
  /** Looks of the track so far. */
  readonly looks: number;
  /** True where the item rounded its position to the grid. */
  readonly onGrid: boolean;
  /** True where the item is the state itself, and not added to what came before. */
  readonly isWhole: boolean;
  /** True where the item moved its time to the tick. */
  readonly onTick: boolean;
  /** What was added since the state before; null where there is none, or nothing can be told of it. */
  readonly added: Added | null;
}

/** What the sender's looks added between two states of a track. */
export interface Added {
  /** Information of the whole state at the later of the two, 6x6 row-major. */
  readonly information: Float64Array;
  readonly overS: number;
  readonly looks: number;
}

interface Holding {
  readonly first: Instant;
  readonly estimate: Estimate;
  readonly looks: number;
}

const SIX = 6;

/**
 * The states of a stream in the order in which they came: track and rebase as they are, tracklets
 * added to what they follow. A tracklet without what it follows is left out.
 */
export function heldStates(stream: readonly Received[], terms: KnownTerms): readonly HeldState[] {
  const holdings = new Map<string, Holding>();
  const states: HeldState[] = [];
  for (const { at, item } of stream) {
    if (item.kind !== 'track' && item.kind !== 'rebase' && item.kind !== 'tracklet') continue;
    const before = holdings.get(item.track);
    const follows = item.kind === 'tracklet' && before?.estimate.time === item.base;
    if (item.kind === 'tracklet' && !follows) continue;
    const estimate =
      before !== undefined && follows
        ? combine(before.estimate, item.estimate)
        : unrounded(item.estimate, item.kind === 'track' ? terms.trackGridKm : 0);
    if (!isPositiveDefinite(estimate.covariance)) continue;
    const looks = follows ? (before?.looks ?? 0) + item.looks : item.looks;
    const first = before?.first ?? estimate.time;
    holdings.set(item.track, { first, estimate, looks });
    states.push({
      track: item.track,
      source: item.source,
      phase: item.phase,
      arrival: at,
      estimate,
      ageS: secondsBetween(first, estimate.time),
      looks,
      onGrid: item.kind === 'track' && terms.trackGridKm > 0,
      isWhole: !follows,
      onTick: item.kind === 'track',
      added: before === undefined ? null : addedBetween(before, { item, estimate, looks }),
    });
  }
  return states;
}

/** Velocities are rounded to the distance of a cell over this time (spec/release.md, R-47). */
const GRID_S = 100;

/** The covariance without the uniform error of a cell, which is known to who knows the terms. */
function unrounded(estimate: Estimate, gridKm: number): Estimate {
  if (gridKm === 0) return estimate;
  const cellM = gridKm * 1000;
  const full = unpackSymmetric(estimate.covariance);
  for (let i = 0; i < SIX; i += 1) {
    const cell = i < 3 ? cellM : cellM / GRID_S;
    full[i * 7] = (full[i * 7] as number) - (cell * cell) / 12;
  }
  return { ...estimate, covariance: packSymmetric(full) };
}

/** What was added between two states: a tracklet says it, full states say it by their difference. */
function addedBetween(
  before: Holding,
  now: { readonly item: Item; readonly estimate: Estimate; readonly looks: number },
): Added | null {
  const { item, estimate } = now;
  const overS = secondsBetween(before.estimate.time, estimate.time);
  const looks = now.looks - before.looks;
  if (!(overS > 0) || looks <= 0) return null;
  if (item.kind === 'tracklet') {
    const information = invertPositive(unpackSymmetric(item.estimate.covariance), SIX);
    return information === null ? null : { information, overS, looks };
  }
  const moved = propagateCoast(before.estimate, estimate.time);
  const prior = invertPositive(unpackSymmetric(moved.covariance), SIX);
  const after = invertPositive(unpackSymmetric(estimate.covariance), SIX);
  if (prior === null || after === null) return null;
  return { information: after.map((value, i) => value - (prior[i] as number)), overS, looks };
}
