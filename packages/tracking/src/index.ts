// SPDX-License-Identifier: Apache-2.0

export { TrackingError, type TrackingErrorCode } from './errors.ts';
export {
  combine,
  covarianceIntersection,
  fuseIndependent,
  separation,
  trackletBetween,
} from './fusion/information.ts';
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
export {
  createTracking,
  ownPicture,
  ownTracks,
  restoreTracking,
  stepTracking,
} from './launch/tracking.ts';
export { propagateCoast, propagateState, timeOfDescent } from './models/coast.ts';
export { matchSatellite, predictSatellite } from './satellites/catalogue.ts';
export {
  type ElementSet,
  elementSetsOfMessages,
  parseTwoLineElements,
} from './satellites/element-sets.ts';
