// SPDX-License-Identifier: Apache-2.0
// What tracking remembers: plain data, one JSON text of which is the snapshot of a node.

import type { Instant } from '@isthmus/earth';
import type {
  Estimate,
  EventCategory,
  EventId,
  LaunchEstimate,
  ObjectId,
  Sensor,
  SensorId,
  TrackId,
} from '@isthmus/picture';
import type { ElementSet } from '../satellites/element-sets.ts';
import type { BoostFit, Look } from './boost-fit.ts';
import type { ManoeuvreWatch } from './manoeuvre-test.ts';
import type { RadarFilter } from './radar-filter.ts';
import type { ThrustTest } from './thrust-test.ts';

/** One radar look as kept by a track. */
export interface RadarLook {
  readonly sensor: SensorId;
  readonly time: Instant;
  readonly rangeM: number;
  readonly azimuthRad: number;
  readonly elevationRad: number;
}

/** A radar track, or a hypothesis of one. */
export interface RadarRecord {
  /** Empty for a candidate. */
  id: TrackId | '';
  status: 'candidate' | 'firm' | 'lost';
  event: EventId | null;
  filter: RadarFilter;
  epoch: number;
  firstSeen: Instant;
  lastSeen: Instant;
  looks: number;
  /** Log odds against its looks being false plots. */
  score: number;
  sensors: SensorId[];
  lastLook: { sensor: SensorId; time: Instant }[];
  /** Plots of a candidate, newest last. */
  plots: number[];
  /** Running mean of the squared innovation per degree of freedom. */
  nis: number;
  /** Running means of the normalised innovation: range, azimuth, elevation, fast then slow. */
  drift: number[];
  /** Running mean of `Innovation.spread`. */
  rangeSpread: number;
  /** First and last look at unpowered flight. */
  coastFirst: Instant | null;
  coastLast: Instant | null;
  /** Whether a body that may be under power is; null for one that may not, or is known to. */
  thrust: ThrustTest | null;
  /** Whether a body taken for coasting has left its path; null for a young track, and for any other. */
  manoeuvre: ManoeuvreWatch | null;
  /** Looks at what may have been its climb, thinned out, in order of time. */
  rise: RadarLook[];
  /** Seen under power on an arc that met the ground: it was launched, whatever it has reached since. */
  rose: boolean;
  /** Catalogue number of the satellite it was last taken for, and its looks when that was asked. */
  satellite: string | null;
  screenedLooks: number;
  /** The same body as if it flew ballistically again, while it does not. */
  shadow: { filter: RadarFilter; nisSum: number; looks: number; thrust: ThrustTest } | null;
}

/** Lines of sight of one sensor that follow each other. */
export interface InfraredRecord {
  /** Empty until it is a track. */
  id: TrackId | '';
  status: 'candidate' | 'firm' | 'lost';
  event: EventId | null;
  sensor: SensorId;
  looks: Look[];
  epoch: number;
  phase: 'boost' | 'coast';
  fit: BoostFit | null;
  /** At the last look; of unpowered flight once the phase is coast. */
  estimate: Estimate | null;
  launch: LaunchEstimate | null;
}

export interface ObjectRecord {
  id: ObjectId;
  infrared: TrackId | null;
  radar: TrackId[];
}

export interface EventRecord {
  id: EventId;
  category: EventCategory;
  launch: LaunchEstimate | null;
  /** Looks that the launch was last estimated from. */
  launchLooks: number;
  /** Whether a batch over looks has given a launch, and whether one had the coast after a climb in it. */
  launchTried: { hasFitted: boolean; withArc: boolean };
  /** Catalogue number, of a space object that the catalogue has. */
  satellite: string | null;
  /** Its newest track has its perigee in the air. */
  decays: boolean;
  objects: ObjectRecord[];
  firstSeen: Instant;
  lastSeen: Instant;
}

export interface SensorRecord {
  sensor: SensorId;
  /** Running mean of plots a cycle that no track explains. */
  falsePerCycle: number;
  /** How often a new track was an old one under a stepped clock; the last such step. */
  shifted: number;
  shift: { at: Instant; seconds: number } | null;
}

/** State of the own tracker. Plain JSON data; made by `createTracking`, changed by `stepTracking`. */
export interface TrackingState {
  sensors: Sensor[];
  /** Satellites that are known to be there; may be empty. */
  catalogue: ElementSet[];
  /** Time of the last step. */
  now: Instant | null;
  bySensor: SensorRecord[];
  radar: RadarRecord[];
  candidates: RadarRecord[];
  infrared: InfraredRecord[];
  events: EventRecord[];
  next: { radar: number; infrared: number; event: number; object: number };
  counts: { plots: number; late: number; ahead: number; unknownSensor: number };
}
