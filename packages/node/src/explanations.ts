// SPDX-License-Identifier: Apache-2.0
// What the officer is told beside each open warning: why the two sides differ, who covered the place
// and saw nothing, and what to expect of own radar. Sentences only: nothing here moves a warning.

import type {
  Explained,
  FeedTick,
  LinkState,
  Outlook,
  Picture,
  ReceivedReport,
  Warning,
} from '@isthmus/picture';
import type { Terms } from '@isthmus/release';
import { joinsOf, receivedReports } from '@isthmus/tracking';
import {
  currentOutlooks,
  currentWarnings,
  expectationOf,
  explainDisagreement,
  explainLaunchCounts,
  type OwnEyes,
  ownNegatives,
} from '@isthmus/warning';
import { partnerCoverageOf } from './coverage.ts';
import type { OwnSide } from './drafts.ts';
import type { NodeState } from './state.ts';

interface Turned {
  readonly own: OwnSide;
  readonly system: Picture;
  readonly link: LinkState;
  readonly terms: Terms | null;
}

/** One open warning with what is known of it. */
interface Told {
  readonly warning: Warning;
  readonly outlook: Outlook;
  readonly report: ReceivedReport | null;
  readonly ownCount: number | null;
}

/** Of the warnings an outlook is kept for: that bounds what a flood of a partner's can cost. */
export function explainedOf(state: NodeState, turned: Turned): FeedTick['explained'] {
  const told = toldOf(state, turned);
  const counts = countsOf(state, told, turned);
  return told.flatMap((one): Explained[] => {
    const says = [
      ...(turned.link === 'off' ? [] : partnerLines(state, one, turned)),
      ...(one.warning.evidence.some(({ party }) => party === 'own') || counts === null
        ? []
        : [counts]),
      ...radarLines(state, one, turned),
    ];
    return says.length === 0 ? [] : [{ warning: one.warning.id, says }];
  });
}

function toldOf(state: NodeState, { own }: Turned): Told[] {
  const warnings = {
    own: openBy(own.warnings),
    system: openBy(currentWarnings(state.systemWarnings)),
  };
  const joins = joinsOf(state.fusion);
  const reports = new Map(
    receivedReports(state.fusion).map((one) => [`${one.party}:${one.report.event}`, one]),
  );
  return currentOutlooks(state.outlook).flatMap((outlook): Told[] => {
    const warning = warnings[outlook.picture].get(outlook.event);
    if (warning === undefined) return [];
    const join = joins.find((one) => one.system === warning.event || one.own === warning.event);
    const ours = warnings.own.get(join?.own ?? warning.event);
    const report = reports.get(join?.partner ?? warning.event) ?? null;
    return [{ warning, outlook, report, ownCount: ours?.objectCountAtLeast ?? null }];
  });
}

function openBy(warnings: readonly Warning[]): Map<string, Warning> {
  const open = warnings.filter(({ stage }) => stage !== 'concluded' && stage !== 'cancelled');
  return new Map(open.map((warning) => [warning.event, warning]));
}

function partnerLines(state: NodeState, one: Told, turned: Turned): string[] {
  // The own picture knows no partner: what is said of it is said where the two meet.
  const joined = one.outlook.picture === 'own' && one.report !== null;
  if (joined) return [];
  const { says, negatives } = partnerCoverageOf(state, turned.terms, one.warning);
  const partner = {
    party: state.partner,
    isHeard: turned.link !== 'lost' && turned.link !== 'suspended',
    report: one.report?.report ?? null,
    coverage: says,
  };
  return [
    ...explainDisagreement(one.warning, eyesOf(state, one, turned), partner, one.ownCount),
    ...negatives.map((negative) => negative.says),
  ];
}

function eyesOf(state: NodeState, { outlook }: Told, { own }: Turned): OwnEyes {
  const { sensors } = state.tracking;
  return { sensors, states: state.sensorStates, outlook, at: own.picture.at };
}

function countsOf(state: NodeState, told: readonly Told[], turned: Turned): string | null {
  const launches = told.filter(
    ({ outlook, report }) => outlook.picture === 'system' || report === null,
  );
  const seen = launches.map((one) => ({ warning: one.warning, own: eyesOf(state, one, turned) }));
  return explainLaunchCounts(seen, state.partner);
}

function radarLines(state: NodeState, { warning }: Told, { own }: Turned): string[] {
  const { sensors } = state.tracking;
  const given = { warning, own: own.picture, sensors, states: state.sensorStates };
  const { negatives, expected } = ownNegatives(given);
  return [...expected.map(expectationOf), ...negatives.map(({ says }) => says)];
}
