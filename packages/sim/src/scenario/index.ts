// SPDX-License-Identifier: Apache-2.0
export type { Ascent, AscentControls } from './ascent.ts';
export { baseOf, deriveScenario } from './derive.ts';
export { SimError, type SimErrorCode } from './errors.ts';
export { loadFlight, withFlight } from './flight.ts';
export type { DayOfAir } from './motion.ts';
export { parseScenario } from './parse.ts';
export { type LabelledPlot, sampleFeeds, sampleLabelledPlots, samplePlots } from './plots.ts';
export {
  type Flight,
  type GuidedLaunch,
  type Scenario,
  type SideName,
  scenarioSchema,
} from './schema.ts';
export { sideNames, sideSensors } from './sensors.ts';
export { behindEarth, radarView } from './sight.ts';
export {
  ascendBy,
  buildTruth,
  type Truth,
  type TruthImpact,
  type TruthKind,
  type TruthLaunch,
  type TruthObject,
  truthOfAscent,
} from './truth.ts';
