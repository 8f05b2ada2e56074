// SPDX-License-Identifier: Apache-2.0
// The catalogue of satellites a side is given: a file as public catalogues give it, either form.

import type { Instant } from '@isthmus/earth';
import {
  type ElementSet,
  elementSetsOfMessages,
  isOutOfAge,
  parseTwoLineElements,
  TrackingError,
} from '@isthmus/tracking';
import { loadJson, readText } from '../documents.ts';
import { UserError } from '../user-error.ts';

/** All of them are in every snapshot, and looked through for each new track. */
const SATELLITES_MAX = 10_000;
const CATALOGUE_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Reads a catalogue: CCSDS mean elements where the text begins as a JSON list, two-line elements
 * elsewhere. What is wrong is a `UserError` with file, line or field, and what to do.
 */
export async function readCatalogue(file: string): Promise<readonly ElementSet[]> {
  const text = await readText(file, CATALOGUE_BYTES_MAX);
  const isJson = /^\s*\[/.test(text);
  let sets: readonly ElementSet[];
  try {
    sets = isJson ? await loadJson(file, elementSetsOfMessages) : parseTwoLineElements(text);
  } catch (error) {
    if (!(error instanceof TrackingError)) throw error;
    throw new UserError(
      `${file}: ${error.message}; fetch the file anew, or take that satellite out of it`,
      { cause: error },
    );
  }
  if (sets.length === 0) {
    throw new UserError(
      `${file}: names no satellite; it must be two-line elements, or a JSON list of orbit mean-elements messages`,
    );
  }
  if (sets.length > SATELLITES_MAX) {
    throw new UserError(
      `${file}: has ${sets.length} satellites; at most ${SATELLITES_MAX} are taken: leave out those that never come over your sensors`,
    );
  }
  return sets;
}

/**
 * What is said of the satellites whose elements count for nothing at that time, since a warning may be of
 * one of them; null where there is none.
 */
export function outOfAge(catalogue: readonly ElementSet[], at: Instant): string | null {
  const old = catalogue.filter((one) => isOutOfAge(one, at));
  const [first] = old;
  if (first === undefined) return null;
  const named = first.name === '' ? first.number : `${first.number} (${first.name})`;
  const many = old.length === catalogue.length ? 'all' : `${old.length}`;
  return `${many} of ${catalogue.length} satellites have elements more than 15 days from now, the first of them ${named}: they count for nothing, and such a satellite may be warned of`;
}
