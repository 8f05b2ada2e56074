// SPDX-License-Identifier: Apache-2.0
export type {
  ConsoleClock,
  ConsoleDelta,
  ConsoleEvent,
  ConsoleObject,
  ConsolePicture,
  ConsoleRecord,
  ConsoleSide,
  ConsoleSnapshot,
  ConsoleStatus,
  ConsoleWarning,
  TrailPoint,
} from './console-feed.ts';
export type {
  EventJoin,
  FeedCounts,
  FeedNote,
  FeedRecord,
  FeedTick,
  LinkState,
  PartnerClock,
  ReceivedReport,
} from './feed.ts';
export type {
  Area,
  Drop,
  Item,
  ItemKind,
  LaunchReport,
  Rebase,
  TestMessage,
  Tracklet,
  TrackState,
  Withdrawal,
} from './item.ts';
export type {
  CancelAct,
  CancelReason,
  ConfirmAct,
  ConfirmReason,
  NoteAct,
  OfficerAct,
} from './officer.ts';
export type { Outlook, PathPoint, SensorOutlook, SightReason } from './outlook.ts';
export type { Place, PlaceAtRisk, PlaceRing, Places } from './place.ts';
export type {
  InfraredPlot,
  InfraredSensor,
  Plot,
  RadarErrors,
  RadarPlot,
  RadarSensor,
  Sensor,
  SensorId,
} from './sensor.ts';
export type {
  Estimate,
  EventCategory,
  EventId,
  Evidence,
  FlightPhase,
  LaunchEstimate,
  ObjectId,
  PartyName,
  Picture,
  PictureEvent,
  PictureObject,
  SourceKind,
  Track,
  TrackId,
} from './track.ts';
export type {
  ImpactRegion,
  NoImpactStatement,
  Warning,
  WarningBasis,
  WarningStage,
  WarningStep,
} from './warning.ts';
