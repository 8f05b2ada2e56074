// SPDX-License-Identifier: Apache-2.0
// From a scenario to what both ways of running it need: the truth, each side's plots and sensors,
// and the agreement. The same seed gives the same of all of it.

import { basename } from 'node:path';
import { addSeconds, type Instant } from '@isthmus/earth';
import { type SideDocument, sensorDocuments, sensorsOf } from '@isthmus/node';
import type { Plot, Sensor } from '@isthmus/picture';
import { type Agreement, canonicalAgreement, parseAgreement } from '@isthmus/release';
import { encodeHex, encodeText, sha256 } from '@isthmus/seal';
import {
  buildTruth,
  loadFlight,
  parseScenario,
  type Scenario,
  samplePlots,
  sideSensors,
  type Truth,
  withFlight,
} from '@isthmus/sim/scenario';
import { loadDocument, loadJson } from '../documents.ts';
import { documentFile } from '../repository.ts';
import { UserError } from '../user-error.ts';

/** Ticks go on this long after the impact, so that a warning can conclude. */
const AFTER_END_S = 120;

export interface PreparedSide {
  readonly name: string;
  /** As the side's own document says them: the round trip through degrees is part of the run. */
  readonly sensors: readonly Sensor[];
  readonly sensorDocuments: SideDocument['sensors'];
  readonly plots: readonly Plot[];
}

export interface PreparedRun {
  readonly scenario: Scenario;
  readonly name: string;
  readonly seed: number;
  readonly truth: Truth;
  readonly sides: readonly [PreparedSide, PreparedSide];
  readonly agreement: Agreement;
  readonly agreementText: string;
  readonly agreementHash: string;
  readonly firstTick: Instant;
  readonly lastTick: Instant;
}

/** What a run is made from. */
export interface RunSource {
  readonly scenario: string;
  readonly flight?: string;
  readonly agreement?: string;
}

/** The documents of a run, read once for any number of seeds. */
export interface RunDocuments {
  readonly scenario: Scenario;
  readonly name: string;
  readonly agreement: Agreement;
  readonly agreementText: string;
}

/** Reads and checks the documents; throws `UserError` for what the user can mend. */
export async function readRun(source: RunSource): Promise<RunDocuments> {
  const file = documentFile('scenarios', source.scenario);
  let scenario = await loadDocument(file, parseScenario);
  if (source.flight !== undefined) {
    scenario = withFlight(scenario, await loadJson(source.flight, loadFlight));
  }
  const name = basename(file).replace(/\.ya?ml$/, '');
  const agreementFile = documentFile('agreements', source.agreement ?? name);
  const agreement = await loadDocument(agreementFile, parseAgreement);
  return { scenario, name, agreement, agreementText: canonicalAgreement(agreement) };
}

/** Builds the truth and samples the plots of one seed. */
export function prepareRun(documents: RunDocuments, seed: number): PreparedRun {
  const { scenario } = documents;
  const truth = buildTruth(scenario, seed);
  const plots = samplePlots(scenario, truth, seed);
  const bySide: Readonly<Record<string, readonly Plot[]>> = plots;
  const names = Object.keys(bySide);
  const [first, second] = names;
  if (first === undefined || second === undefined || names.length !== 2) {
    throw new UserError(`a demonstration has two sides; this scenario has ${names.length}`);
  }
  const side = (name: string): PreparedSide => {
    const documentsOfSensors = sensorDocuments(sideSensors(scenario, name));
    return {
      name,
      sensors: sensorsOf({ sensors: documentsOfSensors }),
      sensorDocuments: documentsOfSensors,
      plots: bySide[name] ?? [],
    };
  };
  return {
    ...documents,
    seed,
    truth,
    sides: [side(first), side(second)],
    agreementHash: encodeHex(sha256(encodeText(documents.agreementText))),
    firstTick: truth.liftoff,
    lastTick: addSeconds(truth.impact?.time ?? truth.end, AFTER_END_S),
  };
}
