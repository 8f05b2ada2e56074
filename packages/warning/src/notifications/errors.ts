// SPDX-License-Identifier: Apache-2.0
// The one error of notices: a document that is none, with where it is wrong.

export type NotificationErrorCode =
  /** The document does not have the shape of the schema. */
  | 'bad-document'
  /** The shape is right and the meaning is not. */
  | 'bad-value'
  /** Two notices carry one id, or a change names a notice that is not there. */
  | 'bad-reference';

/** A refused document or line. `path` is a JSON pointer into it ('' is the whole). */
export class NotificationError extends Error {
  readonly code: NotificationErrorCode;
  readonly path: string;

  constructor(code: NotificationErrorCode, path: string, message: string) {
    super(message);
    this.name = 'NotificationError';
    this.code = code;
    this.path = path;
  }
}
