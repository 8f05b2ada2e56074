// SPDX-License-Identifier: Apache-2.0
export { baseOf, deriveScenario } from './derive.ts';
export { SimError, type SimErrorCode } from './errors.ts';
export { loadFlight, withFlight } from './flight.ts';
export { parseScenario } from './parse.ts';
export { type LabelledPlot, sampleLabelledPlots, samplePlots } from './plots.ts';
export { type Flight, type Scenario, type SideName, scenarioSchema } from './schema.ts';
export { sideNames, sideSensors } from './sensors.ts';
export { behindEarth, radarView } from './sight.ts';
export {
  buildTruth,
  type Truth,
  type TruthImpact,
  type TruthKind,
  type TruthLaunch,
  type TruthObject,
} from './truth.ts';
