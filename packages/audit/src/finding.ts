// SPDX-License-Identifier: Apache-2.0
// What an audit comes upon, always with the file it stands in. A finding is something that does not
// hold; a remark is something an honest record can have: a copy taken while the node ran, a tail that a
// crash tore. Neither says who did it: a disk that rots and a hand that edits leave the same bytes.

/** Why something does not hold. */
export type FindingKind =
  /** Bytes are not those that were written there. */
  | 'damaged'
  /** Entries do not give the root that was signed. */
  | 'root'
  /** By none of the owner's keys, or no good signature. */
  | 'signature'
  /** By a key that had ended before, or not what its owner stands by. */
  | 'revoked'
  /** Less is there than was signed for. */
  | 'incomplete'
  /** One log told two ways, both signed, or both held. */
  | 'two-stories'
  /** Signed for as it stands, and not what the specification lets cross. */
  | 'not-allowed'
  /** A register or an identity that does not hold. */
  | 'keys'
  /** The private log of decisions does not hold, or does not fit the ledger. */
  | 'decisions';

/** Where it is. Nulls where it is of no one file, record or entry. */
export interface Place {
  readonly file: string | null;
  /** Index of the record, or the line from 1, in that file. */
  readonly record: number | null;
  /** First and last entry of the log concerned; the same where it is one. */
  readonly entry: number | null;
  readonly through: number | null;
}

export interface Finding extends Place {
  readonly kind: FindingKind;
  readonly says: string;
}

/** What an honest record can have and an auditor should know. */
export interface Remark extends Place {
  readonly says: string;
}

/** A place from what is known of it; an entry alone is the only one. */
export function placeOf(known: {
  readonly file?: string | null;
  readonly record?: number;
  readonly entry?: number;
  readonly through?: number;
}): Place {
  const { file = null, record = null, entry = null, through = entry } = known;
  return { file, record, entry, through };
}
