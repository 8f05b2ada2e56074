// SPDX-License-Identifier: Apache-2.0
// The messages of one warning, one after the other: a first Alert, an Update where something changed
// that whoever reads it would act on, and a Cancel. Plain data and a step; it keeps no clock.

import { geodesicDistanceM, type Instant, secondsBetween } from '@isthmus/earth';
import type { CancelReason, ConfirmReason, ImpactRegion, Warning } from '@isthmus/picture';
import { type CapMessage, referenceTo } from './message.ts';
import { type CapContext, cancelOf, lostSince, messageOf, urgencyOf } from './of-warning.ts';

/** Between two Updates about figures alone; what changes in kind goes at once. */
const FIGURES_EVERY_S = 30;
/** Said again so long before the last message expires: an open warning is never without one. */
const RENEWED_BEFORE_S = 60;
/** A predicted time that moved by more than this is news. */
const TIME_MOVED_S = 15;
/** A region that moved by this share of its radius, or shrank or grew by it in area, is news. */
const REGION_SHARE = 0.5;
/** Messages of one warning; beyond them only what ends it goes. */
const MESSAGES_MAX = 200;

/** What was said of one warning so far. */
export interface CapSeries {
  readonly last: CapMessage;
  readonly said: Warning;
  readonly isOver: boolean;
}

/**
 * What is to be said of `warning` now, after what `series` said; `message` is null where there is
 * nothing new. A warning that was cancelled before anything was said stays unsaid.
 */
export function nextMessage(
  series: CapSeries | null,
  warning: Warning,
  context: CapContext,
): { readonly series: CapSeries | null; readonly message: CapMessage | null } {
  if (series === null) {
    if (warning.stage === 'cancelled') return { series, message: null };
    const message = messageOf(warning, context, { number: 1, references: [] });
    return { series: seriesOf(message, warning), message };
  }
  if (series.isOver) return { series, message: null };
  if (warning.stage === 'cancelled') {
    const message = cancelOf(series.last, { reason: cancelReason(warning), at: context.at });
    return { series: seriesOf(message, warning), message };
  }
  if (!isNews(series, warning, context.at)) return { series, message: null };
  const references = [...series.last.references, referenceTo(series.last)];
  const number = references.length + 1;
  const message = messageOf(warning, context, { number, references });
  return { series: seriesOf(message, warning), message };
}

function seriesOf(message: CapMessage, said: Warning): CapSeries {
  const isOver = said.stage === 'cancelled' || said.stage === 'concluded';
  return { last: message, said, isOver };
}

/** An officer's reason, or null where the warning went by itself. */
function cancelReason(warning: Warning): CancelReason | null {
  const reason = warning.history.at(-1)?.reason;
  return reason === undefined || isConfirmReason(reason) ? null : reason;
}

function isConfirmReason(reason: CancelReason | ConfirmReason): reason is ConfirmReason {
  return reason === 'partner-by-voice' || reason === 'other-sensor' || reason === 'observer';
}

function isNews({ last, said }: CapSeries, warning: Warning, at: Instant): boolean {
  if (warning.stage === 'concluded') return true;
  if (last.references.length >= MESSAGES_MAX) return false;
  const isOfKind =
    warning.stage !== said.stage ||
    warning.basis !== said.basis ||
    warning.assessment !== said.assessment ||
    warning.impact.statement !== said.impact.statement ||
    (lostSince(warning, at) === null) !== (lostSince(said, last.sent) === null) ||
    urgencyOf(warning, at) !== last.info.urgency;
  if (isOfKind) return true;
  if (secondsBetween(last.sent, at) < FIGURES_EVERY_S) return false;
  if (secondsBetween(at, last.info.expires) <= RENEWED_BEFORE_S) return true;
  if (warning.objectCountAtLeast !== said.objectCountAtLeast) return true;
  const [before, now] = [said.impact, warning.impact];
  if (before.statement === 'region' && now.statement === 'region') return isMoved(before, now);
  return before.statement === 'none' && now.statement === 'none' && before.because !== now.because;
}

function isMoved(before: ImpactRegion, now: ImpactRegion): boolean {
  const radiusM = Math.sqrt((Math.min(before.areaKm2, now.areaKm2) * 1e6) / Math.PI);
  return (
    Math.abs(secondsBetween(before.time, now.time)) > TIME_MOVED_S ||
    geodesicDistanceM(before.centre, now.centre) > REGION_SHARE * radiusM ||
    Math.abs(now.areaKm2 - before.areaKm2) > REGION_SHARE * before.areaKm2
  );
}
