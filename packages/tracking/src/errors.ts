// SPDX-License-Identifier: Apache-2.0
// The one error of this package. Decisions (gates, "no tracklet yet") are values, never errors.

export type TrackingErrorCode =
  | 'not-positive-definite'
  | 'no-estimates'
  | 'unknown-sensor'
  | 'size-mismatch'
  | 'bad-option'
  | 'not-finite'
  | 'time-backwards'
  | 'cluster-too-large'
  | 'bad-elements';

/** A caller broke what a function of this package asks of it; `code` says which. */
export class TrackingError extends Error {
  readonly code: TrackingErrorCode;

  constructor(code: TrackingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TrackingError';
    this.code = code;
  }
}
