// SPDX-License-Identifier: Apache-2.0
// How many track states a turn may record. What is recorded is sent, all of it and in order, so a
// launch report waits behind every track recorded before it: while the link does not take what is
// recorded, tracks wait unrecorded and conflate, and the report is next to leave.

import { LIMITS } from './limits.ts';

/** The lane of one link; fed once a turn. */
export class TrackRoom {
  #sent = 0;
  #clearTurns: number = LIMITS.lane.clearTurns;

  /**
   * @param recorded entries of our record ordered so far
   * @param sent entries of it that the link has taken
   * @returns how many track states may be recorded in this turn, or null while nothing hinders: what
   *   the last turn got through and one batch, so that no report waits behind more than a batch
   */
  turn(recorded: number, sent: number): number | null {
    const through = Math.max(0, sent - this.#sent);
    const backlog = Math.max(0, recorded - sent);
    this.#sent = sent;
    this.#clearTurns = backlog === 0 ? this.#clearTurns + 1 : 0;
    if (this.#clearTurns >= LIMITS.lane.clearTurns) return null;
    return Math.max(0, through + LIMITS.lane.batch - backlog);
  }
}
