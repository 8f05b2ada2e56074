// SPDX-License-Identifier: Apache-2.0
// The one error of the simulator's documents: what is wrong, and where in the document.

/** Why a scenario, a flight or a request on one of them was refused. */
export type SimErrorCode =
  /** The document does not have the shape of the schema. */
  | 'bad-document'
  /** Two things carry the same id. */
  | 'duplicate-id'
  /** The shape is right and the meaning is not: limits in the wrong order, a time outside the run. */
  | 'bad-value'
  /** A side was asked for that the scenario does not have. */
  | 'unknown-side'
  /** A recorded flight cannot be read. */
  | 'bad-flight'
  /** The scenario needs a recorded flight and has none, or was given one and has no place for it. */
  | 'flight-mismatch'
  /** No ascent reaches the declared burn-out, apogee and range. */
  | 'no-solution';

/** A refused document. `path` is a JSON pointer into it ('' is the whole). */
export class SimError extends Error {
  readonly code: SimErrorCode;
  readonly path: string;

  constructor(code: SimErrorCode, path: string, message: string) {
    super(message);
    this.name = 'SimError';
    this.code = code;
    this.path = path;
  }
}
