// SPDX-License-Identifier: Apache-2.0
// Every bound of the node, in one place.

export const LIMITS = {
  /** Partner's entries taken in one turn; what is left waits for the next, own plots always first. */
  entriesPerTurn: 1024,
  /** Turns between two snapshots: a minute of one-second turns. */
  turnsPerSnapshot: 60,
  /** Turns written between two syncs of the journal, and their bytes: 4,000 plots are 800 kB. */
  turnsPerLine: 16,
  journalLineBytes: 64 * 1024 * 1024,
} as const;
