// SPDX-License-Identifier: Apache-2.0
// What each regime asks of a notice, and what of that a notice lacks. Only what was read or is known
// of the text is asked for; where it is silent, so is this file.
//
// - Agreement on Notifications of Launches of ICBMs and SLBMs, Moscow, 31 May 1988 (text:
//   nuke.fas.org/control/launch/text/balist1.htm). Article I: planned date, launch area and area of
//   impact, no less than 24 hours in advance. Article II: valid for four days counting from the date;
//   within them no notice of postponement is owed, nor of a cancellation. Article III: forms of areas.
// - Memorandum of Understanding on Notifications of Missile Launches, Brussels, 16 December 2000. Not
//   earlier than 30 days and not later than 24 hours before the launch window opens; after the
//   launch within 48 hours. Its annex of formats was not read: no field but the window is asked for.
// - Hague Code of Conduct, 25 November 2002, 4 a iii: generic class, planned launch notification
//   window, launch area, planned direction. No lead time, no impact area, no report afterwards.

import { addSeconds, type Instant, secondsBetween } from '@isthmus/earth';
import type {
  AnnouncedLaunch,
  LaunchWindow,
  NotificationRegime,
  PostLaunchReport,
  PreLaunchNotification,
} from '@isthmus/picture';

const DAY_S = 86_400;
/** 1988, Article II. */
const VALID_DAYS_1988 = 4;
/** 1988, Article I; memorandum of 2000. */
const LEAD_S_MIN = DAY_S;
/** Memorandum of 2000. */
const LEAD_S_MAX = 30 * DAY_S;
export const REPORT_WITHIN_S = 2 * DAY_S;

export interface RegimeFinding {
  /** Field of the notice, as its document names it. */
  readonly field: string;
  readonly says: string;
}

const NAMES: Readonly<Record<NotificationRegime, string>> = {
  'launches-1988': 'the agreement of 1988',
  'memorandum-2000': 'the memorandum of 2000',
  'hague-code-2002': 'the Hague Code',
  other: 'no regime',
};

const ASKED: Readonly<Record<NotificationRegime, readonly (keyof AnnouncedLaunch)[]>> = {
  'launches-1988': ['plannedDate', 'launchArea', 'impactAreas'],
  'memorandum-2000': ['window'],
  'hague-code-2002': ['missileClass', 'window', 'launchArea', 'direction'],
  other: [],
};

const FIELDS: Readonly<Record<keyof AnnouncedLaunch, string>> = {
  missileClass: 'class',
  plannedDate: 'date',
  window: 'window',
  launchArea: 'launchArea',
  direction: 'direction',
  impactAreas: 'impactAreas',
  range: 'range',
  apogee: 'apogee',
  flightTime: 'flightTime',
};

/** What the regime of a notice asks for and the notice does not give; empty where all is there. */
export function checkRegime(
  notice: PreLaunchNotification,
  postLaunch: PostLaunchReport | null,
): RegimeFinding[] {
  const { launch, regime } = notice;
  const missing = ASKED[regime]
    .filter((field) => launch[field] === null)
    .map((field) => ({ field: FIELDS[field], says: `missing: ${NAMES[regime]} asks for it` }));
  return [
    ...missing,
    ...classFindings(notice),
    ...leadFindings(notice),
    ...reportFindings(notice, postLaunch),
  ];
}

/**
 * When the launch may come under the notice: its window, or the four days of 1988, or the day named.
 * Null where no time is announced. Days are UTC: no text names a time zone.
 */
export function windowOf(launch: AnnouncedLaunch, regime: NotificationRegime): LaunchWindow | null {
  if (launch.window !== null) return launch.window;
  if (launch.plannedDate === null) return null;
  const days = regime === 'launches-1988' ? VALID_DAYS_1988 : 1;
  return { from: launch.plannedDate, until: addSeconds(launch.plannedDate, days * DAY_S) };
}

function classFindings({ regime, launch }: PreLaunchNotification): RegimeFinding[] {
  const isOutside =
    regime === 'launches-1988' &&
    launch.missileClass !== null &&
    !['ICBM', 'SLBM'].includes(launch.missileClass);
  return isOutside
    ? [
        {
          field: 'class',
          says: `${NAMES[regime]} covers ICBM and SLBM, not ${launch.missileClass}`,
        },
      ]
    : [];
}

function leadFindings({ regime, launch, given }: PreLaunchNotification): RegimeFinding[] {
  const window = windowOf(launch, regime);
  if (window === null || regime === 'hague-code-2002' || regime === 'other') return [];
  // Of a day without an hour the last one counts: late is said only of what is late for certain.
  const opens: Instant = launch.window === null ? addSeconds(window.from, DAY_S) : window.from;
  const leadS = secondsBetween(given, opens);
  if (leadS < LEAD_S_MIN) {
    return [
      { field: 'given', says: `late: ${NAMES[regime]} asks for 24 hours, this is ${hours(leadS)}` },
    ];
  }
  return regime === 'memorandum-2000' && leadS > LEAD_S_MAX
    ? [{ field: 'given', says: `early: ${NAMES[regime]} allows 30 days, this is ${hours(leadS)}` }]
    : [];
}

function reportFindings(
  { regime }: PreLaunchNotification,
  report: PostLaunchReport | null,
): RegimeFinding[] {
  if (regime !== 'memorandum-2000' || report === null) return [];
  const afterS = secondsBetween(report.launched, report.given);
  return afterS > REPORT_WITHIN_S
    ? [
        {
          field: 'post-launch report',
          says: `late: ${NAMES[regime]} asks for it within 48 hours, this is ${hours(afterS)}`,
        },
      ]
    : [];
}

function hours(seconds: number): string {
  return `${Math.round(seconds / 3600).toLocaleString('en')} hours`;
}
