// SPDX-License-Identifier: Apache-2.0
// What the partner would hold under given terms: recorded turns of one side stepped again by the shipped
// core, with another agreement at the gate. Own tracks and warnings are those of the record.

import { type Instant, isoFromInstant } from '@isthmus/earth';
import {
  createNodeState,
  type DecisionRecord,
  type StepTerms,
  step,
  type Turn,
} from '@isthmus/node';
import type { Item, Sensor } from '@isthmus/picture';
import { decodeRelease } from '@isthmus/wire';

/** What is stepped: the same for each of the terms compared. */
export interface PreviewData {
  readonly side: string;
  readonly partner: string;
  readonly sensors: readonly Sensor[];
  readonly turns: readonly Turn[];
}

/** How fine what goes is: medians over all that goes; null where none of it goes. */
export interface PreviewAccuracy {
  readonly launchAreaRadiusM: number | null;
  readonly launchTimeSigmaS: number | null;
  readonly impactAreaRadiusM: number | null;
  /** Stated one-sigma of a state: root of the sum of three variances. */
  readonly positionM: number | null;
  readonly velocityMps: number | null;
}

export interface PreviewWithheld {
  readonly kind: DecisionRecord['kind'];
  readonly reasons: readonly string[];
  /** Ids of the own policies that withheld it. */
  readonly policies: readonly string[];
  /** Events and tracks, by their own names. */
  readonly subjects: readonly string[];
}

export interface Preview {
  readonly agreement: { readonly name: string; readonly version: number; readonly hash: string };
  readonly released: number;
  /** Counts by clause and kind. */
  readonly byClause: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Of each launch: when the first of it went; null where nothing did. */
  readonly launches: readonly { readonly event: string; readonly first: string | null }[];
  readonly accuracy: PreviewAccuracy;
  readonly withheld: readonly PreviewWithheld[];
}

/** Steps the data under the terms. The caller guarantees that the turns are those of the side. */
export function preview(data: PreviewData, given: StepTerms): Preview {
  const state = createNodeState(data);
  const lines: DecisionRecord[] = [];
  const items: Item[] = [];
  const launches = new Map<string, Instant | null>();
  for (const turn of data.turns) {
    for (const effect of step(state, given, turn)) {
      if (effect.kind === 'append') items.push(decodeRelease(effect.encoded.bytes).item);
      if (effect.kind === 'decision') lines.push(effect.record);
      if (effect.kind !== 'feed' || effect.record.kind !== 'tick') continue;
      for (const { event } of effect.record.ownWarnings) {
        if (!launches.has(event)) launches.set(event, null);
      }
    }
  }
  const released = lines.filter(({ outcome }) => outcome === 'released');
  for (const { subject, at, kind } of released) {
    const event = subject.split('/')[0] ?? subject;
    if (kind !== 'withdrawal' && launches.get(event) === null) launches.set(event, at);
  }
  const { agreement, agreementHash } = given.terms;
  return {
    agreement: { name: agreement.name, version: agreement.version, hash: agreementHash },
    released: released.length,
    byClause: countsOf(released),
    launches: [...launches].map(([event, at]) => ({
      event,
      first: at === null ? null : isoFromInstant(at),
    })),
    accuracy: accuracyOf(items),
    withheld: withheldOf(lines),
  };
}

function countsOf(released: readonly DecisionRecord[]): Preview['byClause'] {
  const counts: Record<string, Record<string, number>> = {};
  for (const { clause, kind } of released) {
    const of = (counts[clause ?? 'none'] ??= {});
    of[kind] = (of[kind] ?? 0) + 1;
  }
  return counts;
}

function withheldOf(lines: readonly DecisionRecord[]): PreviewWithheld[] {
  const groups = new Map<string, PreviewWithheld & { readonly subjects: string[] }>();
  for (const { outcome, kind, reasons, policies = [], subject } of lines) {
    if (outcome !== 'withheld') continue;
    const key = JSON.stringify([kind, reasons, policies]);
    const group = groups.get(key) ?? { kind, reasons, policies, subjects: [] };
    groups.set(key, group);
    if (!group.subjects.includes(subject)) group.subjects.push(subject);
  }
  return [...groups.values()];
}

function accuracyOf(items: readonly Item[]): PreviewAccuracy {
  const reports = items.flatMap((item) => (item.kind === 'launch-report' ? [item] : []));
  // A tracklet is what was added, no state: its covariance says little by itself.
  const states = items.flatMap((item) =>
    item.kind === 'track' || item.kind === 'rebase' ? [item.estimate.covariance] : [],
  );
  const sigmas = (diagonal: readonly number[]) =>
    states.map((covariance) =>
      Math.sqrt(diagonal.reduce((sum, at) => sum + (covariance[at] ?? 0), 0)),
    );
  return {
    launchAreaRadiusM: median(reports.flatMap(({ launchArea }) => launchArea?.radiusM ?? [])),
    launchTimeSigmaS: median(reports.flatMap(({ launchTimeSigmaS }) => launchTimeSigmaS ?? [])),
    impactAreaRadiusM: median(reports.flatMap(({ impactArea }) => impactArea?.radiusM ?? [])),
    positionM: median(sigmas([0, 6, 11])),
    velocityMps: median(sigmas([15, 18, 20])),
  };
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
