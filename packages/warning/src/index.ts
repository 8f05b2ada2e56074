// SPDX-License-Identifier: Apache-2.0
export { impactRegion, orbitProbability } from './impact.ts';
export type { Primary, WarningRecord, WarningState } from './record.ts';
export { createWarnings, currentWarnings, stepWarnings } from './warnings.ts';
