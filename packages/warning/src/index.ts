// SPDX-License-Identifier: Apache-2.0
export { impactRegion, orbitProbability } from './impact.ts';
export { checkFlight, type FlightCheck, type Verdict } from './notifications/plausibility.ts';
export {
  createOutlooks,
  currentOutlooks,
  type OutlookState,
  stepOutlooks,
  type WarnedPicture,
} from './outlook.ts';
export type { Primary, WarningRecord, WarningState } from './record.ts';
export { createWarnings, currentWarnings, stepWarnings } from './warnings.ts';
