// SPDX-License-Identifier: Apache-2.0
export { IMPACT_READ_S, type ImpactReading, type Measures, scoreRun } from './score.ts';
