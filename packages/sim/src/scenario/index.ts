// SPDX-License-Identifier: Apache-2.0
export { SimError, type SimErrorCode } from './errors.ts';
export { loadFlight, withFlight } from './flight.ts';
export { parseScenario } from './parse.ts';
export { type LabelledPlot, sampleLabelledPlots, samplePlots } from './plots.ts';
export { type Flight, type Scenario, type SideName, scenarioSchema } from './schema.ts';
export { sideNames, sideSensors } from './sensors.ts';
export {
  buildTruth,
  type Truth,
  type TruthImpact,
  type TruthKind,
  type TruthLaunch,
  type TruthObject,
} from './truth.ts';
