// SPDX-License-Identifier: Apache-2.0
// What the tests of the border share: one prepared run, and a core stepped by hand.

import { addSeconds, type Instant } from '@isthmus/earth';
import {
  createNodeState,
  identifierMaker,
  type NodeState,
  type StepTerms,
  type Turn,
} from '@isthmus/node';
import type { Encoded } from '@isthmus/wire';
import { type PreparedRun, plotsOf, prepareRun, readRun } from '../../apps/cli/src/demo/prepare.ts';

let prepared: Promise<PreparedRun> | null = null;

/** The default scenario with seed 1, built once for all tests of a file. */
export function preparedRun(): Promise<PreparedRun> {
  prepared ??= readRun({ scenario: 'black-sea' }).then((documents) => prepareRun(documents, 1));
  return prepared;
}

export function coreOf(run: PreparedRun, index: 0 | 1): NodeState {
  const side = run.sides[index];
  const partner = run.sides[index === 0 ? 1 : 0];
  return createNodeState({ side: side.name, partner: partner.name, sensors: side.sensors });
}

export function termsOf(run: PreparedRun, index: 0 | 1): StepTerms {
  const side = run.sides[index];
  const partner = run.sides[index === 0 ? 1 : 0];
  return {
    terms: {
      agreement: run.agreement,
      from: side.name,
      to: partner.name,
      agreementHash: run.agreementHash,
      identify: identifierMaker(new Uint8Array(32).fill(index + 1), run.agreementHash),
    },
  };
}

/** The turn of a second of the flight, with the side's own plots and the given entries. */
export function turnOf(
  run: PreparedRun,
  index: 0 | 1,
  given: {
    readonly second: number;
    readonly from: number;
    readonly entries?: Turn['entries'];
    readonly up?: boolean;
  },
): Turn {
  const at: Instant = addSeconds(run.firstTick, given.second);
  const plots = plotsOf(run.sides[index]).slice(given.from);
  const end = plots.findIndex((plot) => plot.arrival > at);
  const up = given.up ?? true;
  return {
    at,
    plots: end === -1 ? plots : plots.slice(0, end),
    entries: given.entries ?? [],
    link: { up, heard: up ? at : null, configured: true },
    recording: true,
  };
}

/** An entry as it would lie in the mirror, with a salt of zeros. */
export function entryOf(index: number, encoded: Encoded): Turn['entries'][number] {
  const bytes = Buffer.concat([new Uint8Array(16), encoded.bytes]);
  return { index, bytes: bytes.toString('base64') };
}
