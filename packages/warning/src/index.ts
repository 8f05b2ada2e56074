// SPDX-License-Identifier: Apache-2.0
export { impactRegion, orbitProbability } from './impact.ts';
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
export { createWarnings, currentWarnings, stepWarnings } from './warnings.ts';
