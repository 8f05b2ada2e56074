// SPDX-License-Identifier: Apache-2.0
// What an officer may do to a warning: three acts, each with its words from a closed list. Nobody else
// can: an act comes from this side's own program, never over a link and never from a console.

/** Why a warning is taken back. Closed, so that it can be said in any language and format. */
export type CancelReason =
  | 'false-detection'
  | 'exercise-data'
  | 'equipment-fault'
  | 'announced-launch'
  | 'duplicate'
  | 'sent-in-error';

/** On what an officer confirms what own evidence alone does not. */
export type ConfirmReason = 'partner-by-voice' | 'other-sensor' | 'observer';

interface Act {
  /** 32 hex digits that no other act has: what comes twice is taken once. */
  readonly id: string;
  /** Identifier of the warning. */
  readonly warning: string;
  /** One of the officers that side.yaml names. */
  readonly officer: string;
}

/** Takes a warning back: one person, at once. */
export interface CancelAct extends Act {
  readonly kind: 'cancel';
  readonly reason: CancelReason;
}

/** Confirms by hand: it takes two persons. */
export interface ConfirmAct extends Act {
  readonly kind: 'confirm';
  readonly reason: ConfirmReason;
}

/** A remark for the history; it moves nothing and never leaves this side. */
export interface NoteAct extends Act {
  readonly kind: 'note';
  readonly text: string;
}

export type OfficerAct = CancelAct | ConfirmAct | NoteAct;
