// SPDX-License-Identifier: Apache-2.0
// The one door, by room.

// Air: the picture of scans of position reports.
export {
  type AirScan,
  type AirTrack,
  type AirTracker,
  airTracks,
  createAirTracker,
  stepAirTracker,
} from './air/air-tracker.ts';
export type { AirParameters, AirTrackerOptions } from './air/parameters.ts';
// Association: which plot is whose.
export { assign } from './association/assignment.ts';
export {
  type Clusters,
  createClusters,
  formClusters,
  type GatedPairs,
} from './association/clusters.ts';
export { JOINT_SIDE_MAX, jointProbabilities } from './association/joint-probabilities.ts';
export {
  createSpatialIndex,
  findNear,
  indexPoints,
  type SpatialIndex,
} from './association/spatial-index.ts';
// Batch: one filter, thousands of tracks at a time.
export {
  advanceTracks,
  type BatchRadar,
  type BatchTrack,
  batchRadar,
  createTrackBatch,
  predictTracks,
  readTrack,
  setTrack,
  type TrackBatch,
  updateTracks,
} from './batch/batch.ts';
export { TrackingError, type TrackingErrorCode } from './errors.ts';
// Filters: small pure functions over any motion model and any measurement model.
export { type BatchFit, type BatchProblem, fitBatch, type TimedLook } from './filters/batch.ts';
export {
  type Considered,
  type ConsideredLook,
  considered,
  considerPredict,
  considerUpdate,
  stateOf,
} from './filters/consider.ts';
export {
  type Prediction,
  predictExtended,
  type Update,
  updateExtended,
} from './filters/extended.ts';
export {
  type DatedBelief,
  type DatedLook,
  type History,
  latestOf,
  openHistory,
  useLook,
} from './filters/history.ts';
export {
  combineInteracting,
  type Interacting,
  type Mode,
  predictInteracting,
  updateInteracting,
} from './filters/interacting.ts';
export { type FilteredStep, smooth } from './filters/smoother.ts';
export {
  gaussianOf,
  type Innovation,
  predictRoot,
  type RootGaussian,
  rootOf,
  updateRoot,
} from './filters/square-root.ts';
export {
  predictUnscented,
  UNSCENTED,
  type UnscentedOptions,
  updateUnscented,
} from './filters/unscented.ts';
// Fusion: estimates as information, intersection, tracks that share something, registration.
export {
  combine,
  covarianceIntersection,
  fuseIndependent,
  separation,
  trackletBetween,
} from './fusion/information.ts';
export {
  type Criterion,
  type Intersection,
  intersect,
  intersectAll,
  intersectInverse,
} from './fusion/intersection.ts';
export {
  applyRegistration,
  type CommonObject,
  type Offset,
  type Registration,
  type RegistrationPrior,
  register,
  registrationFor,
} from './fusion/registration.ts';
export {
  fuseCorrelated,
  fuseNaive,
  fuseWithoutCommon,
  type SharedStep,
  stepCross,
} from './fusion/track-to-track.ts';
export type { Gaussian } from './gaussian.ts';
export {
  contributed,
  createFusion,
  joinsOf,
  knownOf,
  partnerPicture,
  receivedReports,
  receiveItem,
  standings,
  stepFusion,
  systemPicture,
} from './launch/fusion.ts';
// Launches: the tracker of the product.
export type { FusionState } from './launch/fusion-state.ts';
export type { TrackingState } from './launch/state.ts';
export {
  createTracking,
  ownPicture,
  ownTracks,
  restoreTracking,
  stepTracking,
} from './launch/tracking.ts';

// Metrics: accuracy, honesty, and sets of objects against the truth or each other.
export { chiSquareProbability, chiSquareQuantile } from './metrics/chi-square.ts';
export {
  aneesBand,
  type Band,
  bootstrapMean,
  type Consistency,
  consistency,
  meanOverRuns,
  nees,
  type RunTable,
  rmseOverTime,
} from './metrics/consistency.ts';
export { addMeasurement, type BoundStep, boundOf, moveInformation } from './metrics/cramer-rao.ts';
export { disagreement } from './metrics/disagreement.ts';
export {
  type Gospa,
  gospa,
  nearestPairs,
  ospa,
  type PointPair,
  type PointSet,
  type SetDistanceOptions,
} from './metrics/set-distance.ts';
export {
  commonality,
  type HeldObject,
  type Siap,
  type SiapScan,
  type SiapTrack,
  siap,
} from './metrics/siap.ts';

// Models: how things move.
export { type BoostOptions, boost } from './models/boost.ts';
export {
  propagateCoast,
  propagateState,
  propagateWithTransition,
  timeOfDescent,
} from './models/coast.ts';
export { coastModel } from './models/coast-model.ts';
export type { MotionModel, Moved } from './models/motion-model.ts';
export { reentry } from './models/reentry.ts';
export { constantAcceleration, constantVelocity } from './models/straight.ts';
export { coordinatedTurn } from './models/turn.ts';

// Satellites: a catalogue, and what of the sky is in it.
export { isOutOfAge, matchSatellite, predictSatellite } from './satellites/catalogue.ts';
export {
  type ElementSet,
  elementSetsOfMessages,
  parseTwoLineElements,
} from './satellites/element-sets.ts';

// Sensors: what is measured of a state.
export { infraredModel } from './sensors/infrared-model.ts';
export {
  type BiasedMeasurementModel,
  independent,
  type MeasurementModel,
  type Predicted,
} from './sensors/measurement-model.ts';
export { positionReport } from './sensors/position-report.ts';
export { type RadarOptions, radarModel } from './sensors/radar-model.ts';
export {
  exponentialRefraction,
  type Jet,
  type Refracted,
  type Refraction,
} from './sensors/refraction.ts';
