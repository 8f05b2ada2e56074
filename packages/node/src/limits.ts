// SPDX-License-Identifier: Apache-2.0
// Every bound of the node, in one place.

export const LIMITS = {
  /** Partner's entries taken in one turn; what is left waits for the next, own plots always first. */
  entriesPerTurn: 1024,
  /** Turns between two snapshots: a minute of one-second turns. */
  turnsPerSnapshot: 60,
  /** Damaged snapshots kept of each of the two files. */
  damagedSnapshots: 16,
  /** Decisions that wait to be written, for their entry or for a slow disk. */
  decisionsWaiting: 65_536,
  damagedDecisionLogs: 16,
  /** Turns written between two syncs of the journal, and their bytes: 4,000 plots are 800 kB. */
  turnsPerLine: 16,
  journalLineBytes: 64 * 1024 * 1024,
  /** The newest notes a console has; a console folds deltas by the same number. */
  consoleNotes: 500,
  /** Points of one trail; one more, and every second is dropped. A console folds by the same rule. */
  consoleTrailPoints: 400,
  /** Seconds of the picture between two points of a trail, with up to so many objects; twice as
   * many objects have points half as often. */
  consoleTrailSpacingS: 5,
  consoleTrailsDense: 100,
  /** Updates kept for a console that was away: ten minutes of turns, or as much as fits. */
  consoleUpdates: 600,
  consoleUpdatesBytes: 2 * 1024 * 1024,
  /** Consoles of one side at a time. */
  consoleClients: 16,
  /** Connections to the console server at a time; a browser opens up to six. */
  consoleConnections: 128,
  /** Bytes that wait for a slow console before nothing more is queued for it. */
  consoleQueueBytes: 1024 * 1024,
} as const;
