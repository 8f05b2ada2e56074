// SPDX-License-Identifier: Apache-2.0
export { propagateCoast, propagateState, timeOfDescent } from './coast.ts';
export { TrackingError, type TrackingErrorCode } from './errors.ts';
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
} from './fusion.ts';
export type { FusionState } from './fusion-state.ts';
export {
  combine,
  covarianceIntersection,
  fuseIndependent,
  separation,
  trackletBetween,
} from './information.ts';
export type { TrackingState } from './state.ts';
export { createTracking, ownPicture, ownTracks, stepTracking } from './tracking.ts';
