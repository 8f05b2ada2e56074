// SPDX-License-Identifier: Apache-2.0
// The parts of `bench -- warning` that run as one piece, by name. To add one, add a line: the longest
// first, since two threads take them in this order.

import { measureBlackSea } from './black-sea.ts';
import { classes } from './classes.ts';
import { correction } from './correction.ts';
import { recordedFlights } from './flights.ts';
import { hostile } from './hostile.ts';
import { launch } from './launch.ts';
import { pullUp } from './pull-up.ts';
import { satellites } from './satellites.ts';
import { wholePasses } from './whole-passes.ts';

/** How long a part is to be: scale 1 is the benchmark, a hundredth of it a test. */
export interface Given {
  readonly seed: number;
  readonly scale: number;
}

/** Runs alone in one thread and returns fields of the benchmark's result. */
export type Part = (given: Given) => Promise<Record<string, unknown>>;

export const PARTS: Readonly<Record<string, Part>> = {
  hostile,
  blackSea: measureBlackSea,
  pullUp,
  satellites,
  wholePasses,
  launch,
  classes,
  flights: recordedFlights,
  correction,
};

/** So many of the last of them are shorter than a slice of the coverage. */
export const SHORT_PARTS = 4;
