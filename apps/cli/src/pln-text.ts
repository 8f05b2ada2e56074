// SPDX-License-Identifier: Apache-2.0
// What `isthmus pln` prints for people: one paragraph a notice, one line an answer.

import { isoFromInstant } from '@isthmus/earth';
import type { EventId, PreLaunchNotification } from '@isthmus/picture';
import {
  type AnnouncedUnseen,
  type FlightCheck,
  type Heading,
  type MatchReport,
  type Misfit,
  type NoAnswer,
  type NoticeHistory,
  type NoticeVersion,
  percent,
  type RegimeFinding,
  type SeenAnnounced,
  type SeenUnannounced,
} from '@isthmus/warning';

/** What `check` says of one notice, as it stands after all changes. */
export interface NoticeCheck {
  readonly notice: PreLaunchNotification;
  readonly status: NoticeVersion['status'];
  readonly flight: FlightCheck;
  readonly regime: readonly RegimeFinding[];
}

/** Several lines, the last one ended. */
export function describeCheck({ notice, status, flight, regime }: NoticeCheck): string {
  const state = status === 'in force' ? '' : `, ${status}`;
  const lines = [
    `${notice.id} (${notice.from}${state}): ${flight.verdict.toUpperCase()}`,
    flight.because,
    ...modelLines(flight),
    ...flight.contradictions,
    ...regime.map(({ field, says }) => `${field}: ${says}`),
  ];
  return `${lines.join('\n  ')}\n`;
}

function modelLines({ sphere, turning, arc, classes }: FlightCheck): string[] {
  const lines: string[] = [];
  if (sphere !== null) {
    lines.push(`over a sphere that does not turn: ${thrown(sphere.throwS, sphere.excessS)}`);
  }
  if (turning !== null && turning.nominalThrowS !== null) {
    lines.push(
      `over the turning ellipsoid: ${thrown(turning.nominalThrowS, turning.nominalExcessS)}`,
    );
  }
  const energyRangeM = classes?.energyRangeM ?? null;
  if (arc !== null && classes !== null && energyRangeM !== null) {
    lines.push(
      `${arc.kind}, ${(arc.speedMps / 1000).toFixed(2)} km/s; by the range flown ${classes.byRange.join(' or ')}; by its energy ${classes.byEnergy.join(' or ')}, which would reach ${reach(energyRangeM)}`,
    );
  }
  return lines;
}

function thrown(throwS: number, excessS: number | null): string {
  const left = excessS === null ? '' : `, ${whole(excessS)} s left for the boost`;
  return `${whole(throwS)} s thrown${left}`;
}

function reach(rangeM: number): string {
  return Number.isFinite(rangeM) ? `${whole(rangeM / 1000)} km` : 'every place';
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

/** A line an answer, each ended. */
export function describeMatch(
  report: MatchReport,
  histories: readonly NoticeHistory[],
  headings: ReadonlyMap<EventId, Heading>,
): string {
  const nameOf = (id: string): string => {
    const from = histories.find(({ notice }) => notice.id === id)?.notice.from ?? '';
    return `${id} (${from})`;
  };
  const lines = [
    ...report.launches.map((one) => {
      const heading = headings.get(one.event);
      return launchLine(one, nameOf) + (heading === undefined ? '' : HEADINGS[heading]);
    }),
    ...report.notices.map((one) => noticeLine(one, nameOf)),
    ...report.overdue.map(
      ({ notice, since }) =>
        `${nameOf(notice)}: its report after the launch was due by ${isoFromInstant(since)}`,
    ),
  ];
  return lines.length === 0
    ? 'Nothing was announced and nothing was seen. No report is no proof of an empty sky.\n'
    : `${lines.join('\n')}\n`;
}

const HEADINGS: Readonly<Record<Heading, string>> = {
  away: '; heads away from the place',
  'not away': '; does not head away from the place',
  undetermined: '; whether it heads away from the place is not known',
};

type NameOf = (id: string) => string;

function launchLine(one: SeenAnnounced | SeenUnannounced, nameOf: NameOf): string {
  const others = one.others.map(({ notice, probability }) => {
    return `${nameOf(notice)}, ${percent(probability)}`;
  });
  if (one.answer === 'announced and seen') {
    const rest = others.map((other) => `; or ${other}`).join('');
    return `${one.event}: announced and seen: ${nameOf(one.notice)}, ${percent(one.probability)}, ${one.certainty}${rest}`;
  }
  const reasons = [
    ...others.map((other) => `${other}, fits it and another launch`),
    ...one.near.map(({ notice, misfit }) => `${nameOf(notice)}: ${MISFITS[misfit]}`),
  ];
  const rest = reasons.length === 0 ? 'no notice comes near' : reasons.join('; ');
  return `${one.event}: SEEN AND NOT ANNOUNCED: ${rest}`;
}

const MISFITS: Readonly<Record<Misfit, string>> = {
  cancelled: 'would fit, but was cancelled before',
  held: 'would fit, but was on hold',
  'given after the launch': 'would fit, but was given only after the launch',
  time: 'would fit but for its time',
  place: 'would fit but for its launch area',
  direction: 'would fit but for its direction',
  class: 'would fit but for its class',
};

function noticeLine(one: AnnouncedUnseen | NoAnswer, nameOf: NameOf): string {
  const name = nameOf(one.notice);
  if (one.answer !== 'announced and not seen') return `${name}: ${one.answer}`;
  const seen =
    one.wouldBeSeen === null
      ? 'how much of it was watched is not known'
      : `a launch in it would have been seen with ${percent(one.wouldBeSeen)}`;
  const reported =
    one.reported === null ? '' : `; its party reports a launch at ${isoFromInstant(one.reported)}`;
  const perhaps = one.perhaps.map(({ event, probability }) => `${event}, ${percent(probability)}`);
  const rest = perhaps.length === 0 ? '' : `; unless it was ${perhaps.join(', or ')}`;
  return `${name}: announced and not seen: its window closed at ${isoFromInstant(one.windowClosed)}; ${seen}${reported}${rest}`;
}
