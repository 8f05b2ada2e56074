// SPDX-License-Identifier: Apache-2.0
// From a scenario to what both ways of running it need: the truth, each side's plots and sensors,
// and the agreement. The same seed gives the same of all of it.

import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { addSeconds, type Instant, instant } from '@isthmus/earth';
import { type SideDocument, sensorDocuments, sensorsOf } from '@isthmus/node';
import type { Plot, Sensor, SensorReport } from '@isthmus/picture';
import { type Agreement, canonicalAgreement } from '@isthmus/release';
import { encodeHex, encodeText, sha256 } from '@isthmus/seal';
import {
  buildTruth,
  loadFlight,
  type Scenario,
  SimError,
  sampleFeeds,
  sideSensors,
  type Truth,
  withFlight,
} from '@isthmus/sim/scenario';
import { loadAgreement } from '../agreement-file.ts';
import { loadJson } from '../documents.ts';
import { documentFile, ROOT } from '../repository.ts';
import { loadScenario } from '../scenario-file.ts';
import { UserError } from '../user-error.ts';

/** The ready-made agreement whose terms hold at any date. */
const ANY_DATE = 'exercise';
/** Ticks go on this long after the last impact, so that a warning can conclude. */
const AFTER_END_S = 120;

export interface PreparedSide {
  readonly name: string;
  /** As the side's own document says them: the round trip through degrees is part of the run. */
  readonly sensors: readonly Sensor[];
  readonly sensorDocuments: SideDocument['sensors'];
  /** Its plots, and what its sensors say of themselves. */
  readonly feed: readonly (Plot | SensorReport)[];
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

/** The plots of a side's feed, without what its sensors say of themselves. */
export function plotsOf(side: Pick<PreparedSide, 'feed'>): readonly Plot[] {
  return side.feed.filter((one) => one.kind !== 'state');
}

/** Reads and checks the documents; throws `UserError` for what the user can mend. */
export async function readRun(source: RunSource): Promise<RunDocuments> {
  const file = documentFile('scenarios', source.scenario);
  let scenario = await loadScenario(file, (read) => read);
  if (source.flight !== undefined) {
    scenario = withFlight(scenario, await loadJson(source.flight, loadFlight));
  }
  const name = basename(file).replace(/\.ya?ml$/, '');
  const agreementFile =
    source.agreement === undefined
      ? agreementBeside(file, name)
      : documentFile('agreements', source.agreement);
  const agreement = await loadAgreement(agreementFile);
  return { scenario, name, agreement, agreementText: canonicalAgreement(agreement) };
}

/** `NAME.agreement.yaml` beside the scenario, else the ready-made one of its name, else `exercise`. */
function agreementBeside(scenarioFile: string, name: string): string {
  const beside = join(dirname(scenarioFile), `${name}.agreement.yaml`);
  if (existsSync(beside)) return beside;
  const readyMade = join(ROOT, 'agreements', `${name}.yaml`);
  return existsSync(readyMade) ? readyMade : join(ROOT, 'agreements', `${ANY_DATE}.yaml`);
}

function truthOf(documents: RunDocuments, seed: number): Truth {
  try {
    return buildTruth(documents.scenario, seed);
  } catch (error) {
    if (!(error instanceof SimError)) throw error;
    throw new UserError(`scenario ${documents.name}: ${error.path}: ${error.message}`, {
      cause: error,
    });
  }
}

/** Builds the truth and samples the plots of one seed. */
export function prepareRun(documents: RunDocuments, seed: number): PreparedRun {
  const { scenario } = documents;
  const truth = truthOf(documents, seed);
  const bySide: Readonly<Record<string, PreparedSide['feed']>> = sampleFeeds(scenario, truth, seed);
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
      feed: bySide[name] ?? [],
    };
  };
  return {
    ...documents,
    seed,
    truth,
    sides: [side(first), side(second)],
    agreementHash: encodeHex(sha256(encodeText(documents.agreementText))),
    firstTick: truth.liftoff,
    lastTick: lastTickOf(truth),
  };
}

/** Some time after the last thing came down; to the end where a flight has no end, or none is. */
function lastTickOf(truth: Truth): Instant {
  if (truth.launches.length === 0) return truth.end;
  const ends = truth.launches.map((launch) => launch.impact?.time ?? truth.end);
  return addSeconds(instant(Math.max(...ends)), AFTER_END_S);
}
