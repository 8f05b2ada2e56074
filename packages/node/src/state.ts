// SPDX-License-Identifier: Apache-2.0
// The state of one side: plain JSON, so that a snapshot is its text and its hash means something.

import type { Instant } from '@isthmus/earth';
import type {
  CoverageReport,
  FeedCounts,
  LinkState,
  PartyName,
  Sensor,
  SensorState,
  WarningStage,
} from '@isthmus/picture';
import { createMemory, type GateMemory } from '@isthmus/release';
import { sha256 } from '@isthmus/seal';
import {
  createFusion,
  createTracking,
  type FusionState,
  type TrackingState,
} from '@isthmus/tracking';
import {
  createBoard,
  createOutlooks,
  createSensorStates,
  createWarnings,
  type NoticeBoard,
  type OutlookState,
  type WarningState,
} from '@isthmus/warning';
import { createBudget, type OverBudget, type PartnerBudget } from './partner-budget.ts';
import { createPolicyState, type PolicyState } from './policy-state.ts';
import type { Suspension } from './suspension.ts';

/** What was last said in plain words, so that each thing is said once. */
export interface Told {
  seen: Record<string, string>;
  ownStages: Record<string, WarningStage>;
  systemStages: Record<string, WarningStage>;
  withheld: Record<string, string>;
  sent: Record<string, number>;
  learned: Record<string, number>;
  link: LinkState;
  /** When an item was last refused for want of budget, by reason. */
  refused: Partial<Record<OverBudget, Instant>>;
  /** Whether the partner's clock was last said to be off, and when it was said to have jumped. */
  clock: { off: boolean; steppedAt: Instant | null };
}

/** A report of the partner's, and the coverage clause it came under. */
export interface KeptCoverage {
  readonly clause: string;
  readonly report: CoverageReport;
}

export interface NodeState {
  readonly side: PartyName;
  readonly partner: PartyName;
  /** Turns taken so far: the index of the next line of the journal. */
  turns: number;
  at: Instant | null;
  /** Lines taken from the side's feed: where to go on after a restart. */
  plotsTaken: number;
  /** What own sensors say of themselves. */
  sensorStates: readonly SensorState[];
  tracking: TrackingState;
  ownWarnings: WarningState;
  fusion: FusionState;
  systemWarnings: WarningState;
  /** Of own and system warnings; never part of what is own (`ownStateHash`). */
  outlook: OutlookState;
  /** Launches announced to this side; what they say of system warnings is in it, too. */
  notices: NoticeBoard;
  gate: GateMemory;
  /** Entries the core has ordered appended: the next one's index in the link ledger. */
  appended: number;
  /** Identifier of the last track that went on a link that was behind; absent before the first. */
  lastTrack?: string;
  /** Decisions made: the ordinal of the next line of the decision log. */
  decisions: number;
  /** Identifiers of the newest acts of officers: what comes again is not taken again. */
  acts: readonly string[];
  /** The side's own policy: what is in force, and what officers have proposed. */
  policy: PolicyState;
  /** Null while the partner is not suspended. */
  suspension: Suspension | null;
  /** Restores from the partner's mirror so far: each begins the identifiers of what goes out anew. */
  restores: number;
  /** What went out before the last restore and is to be taken back at the next release. */
  recalls: readonly { readonly event: string; readonly clause: string }[];
  /** Entries of the partner's ledger applied. */
  applied: number;
  /** What the partner says it covers, the newest of each clause and class. */
  partnerCoverage: readonly KeptCoverage[];
  /** What the partner may still cost, and what of it was refused. */
  budget: PartnerBudget;
  counts: { -readonly [K in keyof FeedCounts]: FeedCounts[K] };
  told: Told;
}

export function createNodeState(options: {
  readonly side: PartyName;
  readonly partner: PartyName;
  readonly sensors: readonly Sensor[];
}): NodeState {
  return {
    side: options.side,
    partner: options.partner,
    turns: 0,
    at: null,
    plotsTaken: 0,
    sensorStates: createSensorStates(options.sensors),
    tracking: createTracking(options.sensors),
    ownWarnings: createWarnings('own'),
    fusion: createFusion(),
    systemWarnings: createWarnings('system'),
    outlook: createOutlooks(),
    notices: createBoard(),
    gate: createMemory(),
    appended: 0,
    decisions: 0,
    acts: [],
    policy: createPolicyState(),
    suspension: null,
    restores: 0,
    recalls: [],
    applied: 0,
    partnerCoverage: [],
    budget: createBudget(),
    counts: { released: 0, withheld: 0, received: 0, refused: 0 },
    told: {
      seen: {},
      ownStages: {},
      systemStages: {},
      withheld: {},
      sent: {},
      learned: {},
      link: 'off',
      refused: {},
      clock: { off: false, steppedAt: null },
    },
  };
}

/** The one encoding of a state that is hashed: JSON with the keys of every object in order. */
function canonicalState(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner;
    const record = inner as Record<string, unknown>;
    return Object.fromEntries(
      Object.keys(record)
        .sort()
        .map((key) => [key, record[key]]),
    );
  });
}

function hashOf(value: unknown): string {
  return Buffer.from(sha256(new TextEncoder().encode(canonicalState(value)))).toString('hex');
}

/** Hash of the whole state, 64 hex digits; of an older build's state too, whose form is its own. */
export function stateHash(state: { readonly [K in keyof NodeState]?: unknown }): string {
  return hashOf(state);
}

/**
 * Hash of what own sensors alone have made: own tracks and own warnings. Rule 1 of the border says
 * that no partner, present or absent, honest or hostile, can change it.
 */
export function ownStateHash(state: NodeState): string {
  return hashOf([
    state.at,
    state.plotsTaken,
    state.sensorStates,
    state.tracking,
    state.ownWarnings,
  ]);
}
