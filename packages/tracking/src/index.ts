// SPDX-License-Identifier: Apache-2.0

// batch: one filter, thousands of tracks at a time.
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
// Fusion: estimates as information, intersection, tracks that share something.
export {
  combine,
  covarianceIntersection,
  fuseIndependent,
  separation,
  trackletBetween,
} from './fusion/information.ts';
export {
  type Criterion,
  type Gaussian,
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
export {
  contributed,
  createFusion,
  joinsOf,
  knownOf,
  partnerPicture,
  receivedReports,
  receiveItem,
  stepFusion,
  systemPicture,
} from './launch/fusion.ts';
export type { FusionState } from './launch/fusion-state.ts';
export type { TrackingState } from './launch/state.ts';
export { createTracking, ownPicture, ownTracks, stepTracking } from './launch/tracking.ts';
// Metrics: accuracy and honesty, bounds, sets without names, pictures.
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
export {
  propagateCoast,
  propagateState,
  propagateWithTransition,
  timeOfDescent,
} from './models/coast.ts';
