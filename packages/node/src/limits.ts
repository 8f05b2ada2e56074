// SPDX-License-Identifier: Apache-2.0
// Every bound of the node, in one place.

export const LIMITS = {
  /**
   * Partner's entries and their bytes taken in one turn; what is left waits for the next, own plots
   * always first. What the link must sustain is 5,000 entries of 400 bytes: a fifth more
   * of the one, and twice the other.
   */
  entriesPerTurn: 6144,
  entryBytesPerTurn: 4 * 1024 * 1024,
  /**
   * What the core takes of one partner: so many at once, and so many a second after that. Updates are
   * what the link must sustain; births let a partner's whole picture of 4,000 tracks come at once, as
   * after an outage, and 50 new ones a second from then on; tracking keeps no more of one partner
   * than 4,096 tracks and 1,024 reports. What warns has its own.
   */
  partner: {
    updates: { atOnce: 20_000, perSecond: 5000 },
    newTracks: { atOnce: 4000, perSecond: 50 },
    newEvents: { atOnce: 1000, perSecond: 10 },
    warnings: { atOnce: 10_000, perSecond: 2000 },
    warnedEvents: { atOnce: 1000, perSecond: 10 },
  },
  /**
   * Seconds without a word of a track that is seen all the same: looks that, beside the radar's constant
   * errors, add nothing in some direction make no tracklet, and to the partner the body would seem lost.
   * Then it is opened anew. Half of what a console draws as old.
   */
  trackSilentS: 10,
  /** Coverage reports of the partner's kept of each clause and class: the newest. */
  coverageKept: 8,
  /** Identifiers of the agreement kept beside the local ones they are made of. */
  identifiersKept: 16_384,
  /** Acts of officers taken in a turn, that may wait, and that are remembered so as not to be taken twice. */
  actsPerTurn: 16,
  actsWaiting: 64,
  actsRemembered: 256,
  /** Policies that may be proposed at a time. */
  policiesProposed: 4,
  /** Entries that may wait before a launch report on a slow link, a batch; turns without any before it counts as free. */
  lane: { batch: 256, clearTurns: 3 },
  /**
   * Things said once that are remembered, of each sort: four of each of 4,000 tracks. Beyond it a
   * quarter is forgotten, oldest first; what is still there is then said once more.
   */
  toldMax: 16_384,
  /** Characters of a line of a plot file: a plot has about 200. */
  plotLineMax: 16_384,
  /** Seconds between two sentences on jumps of the partner's clock. */
  clockStepToldAgainS: 60,
  /** Seconds without a refusal after which the next one is told to the officer again. */
  refusalToldAgainS: 60,
  /** Entries given to the ledger at once: four batches, a quarter of what its queue holds. */
  entriesPerAppend: 1024,
  /** Turns between two snapshots: a minute of one-second turns. */
  turnsPerSnapshot: 60,
  /** Damaged snapshots kept of each of the two files. */
  damagedSnapshots: 16,
  /** Decisions that wait to be written, for their entry or for a slow disk. */
  decisionsWaiting: 65_536,
  damagedDecisionLogs: 16,
  /**
   * Turns written between two syncs of the journal, and their bytes: 4,000 plots are 800 kB, the
   * partner's entries in base64 up to 5.6 MB, and what may be written must be what can be read.
   */
  turnsPerLine: 16,
  journalLineBytes: 128 * 1024 * 1024,
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
