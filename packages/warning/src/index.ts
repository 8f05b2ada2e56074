// SPDX-License-Identifier: Apache-2.0
export { type Coverage, coverageOf, type NotCovered, type Watched } from './coverage.ts';
export { type CoverageArea, circleAround } from './coverage-parts.ts';
export { coverageReport } from './coverage-report.ts';
export {
  explainDisagreement,
  explainLaunchCounts,
  type OwnEyes,
  type PartnerEyes,
} from './disagreement.ts';
export { reachOf, throwSpeedMps } from './energy.ts';
export { impactRegion, orbitProbability } from './impact.ts';
export { type Verdict as KindVerdict, verdictOf } from './kind.ts';
export {
  type ExpectedSight,
  expectationOf,
  type NegativeEvidence,
  negativeEvidence,
  ownNegatives,
  type PlacedReport,
  speaksOf,
} from './negative.ts';
export {
  type Announcement,
  announcementOf,
  type Heading,
  headingFrom,
  percent,
} from './notifications/announcement.ts';
export type { ArcKind } from './notifications/arc.ts';
export {
  type BoardNews,
  createBoard,
  currentNotices,
  giveNotices,
  type NoticeBoard,
  stepBoard,
} from './notifications/board.ts';
export { NotificationError, type NotificationErrorCode } from './notifications/errors.ts';
export type { Misfit, SeenLaunch } from './notifications/fit.ts';
export {
  type NoticeHistory,
  type NoticeVersion,
  noticeHistories,
  versionAt,
} from './notifications/history.ts';
export {
  type AnnouncedUnseen,
  type Candidate,
  type MatchReport,
  matchNotices,
  type NoAnswer,
  type SeenAnnounced,
  type SeenUnannounced,
  type WatchedArea,
} from './notifications/match.ts';
export { parseNotices } from './notifications/parse.ts';
export { checkFlight, type FlightCheck, type Verdict } from './notifications/plausibility.ts';
export { checkRegime, type RegimeFinding, windowOf } from './notifications/regimes.ts';
export { readSeen, type Seen } from './notifications/seen.ts';
export { type ClassDefinition, OBJECT_CLASSES, type Stretch } from './object-classes.ts';
export {
  type ActAnswer,
  CANCEL_REASONS,
  CONFIRM_REASONS,
  takeAct,
} from './officers.ts';
export {
  createOutlooks,
  currentOutlooks,
  type OutlookState,
  stepOutlooks,
  type WarnedPicture,
} from './outlook.ts';
export { placesAtRisk } from './places.ts';
export type { Primary, WarningRecord, WarningState } from './record.ts';
export { createSensorStates, stepSensorStates } from './sensor-states.ts';
export { createWarnings, currentWarnings, stepWarnings } from './warnings.ts';
