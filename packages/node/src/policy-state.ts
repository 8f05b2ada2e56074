// SPDX-License-Identifier: Apache-2.0
// A side's own policy as part of its state: the version in force, and versions that officers proposed and
// approved. The texts are in it, so that a replay needs no file beside the journal.

import type { Instant } from '@isthmus/earth';
import { canonicalPolicy, type PolicySource } from '@isthmus/release';
import { encodeHex, encodeText, sha256 } from '@isthmus/seal';

/** Proposes a policy text; it changes nothing. */
export interface ProposePolicyAct {
  readonly kind: 'propose-policy';
  /** 32 hex digits that no other act has. */
  readonly id: string;
  readonly officer: string;
  /** When it comes into force, if another officer approves it before. */
  readonly from: Instant;
  readonly policy: PolicySource;
}

/** Approves, as another person, what was proposed. */
export interface ApprovePolicyAct {
  readonly kind: 'approve-policy';
  readonly id: string;
  readonly officer: string;
  readonly version: string;
}

export type PolicyAct = ProposePolicyAct | ApprovePolicyAct;

/** A policy text and who answers for it. */
export interface PolicyInForce {
  readonly version: string;
  readonly source: PolicySource;
  /** Who proposed and who approved it; nobody for the first, which came with side.yaml. */
  readonly officers: readonly string[];
}

export interface ProposedPolicy {
  readonly version: string;
  readonly source: PolicySource;
  readonly from: Instant;
  readonly proposedBy: string;
  /** Null until another officer approved it. */
  readonly approvedBy: string | null;
}

export interface PolicyState {
  inForce: PolicyInForce | null;
  /** Oldest first. */
  proposed: readonly ProposedPolicy[];
}

export function createPolicyState(): PolicyState {
  return { inForce: null, proposed: [] };
}

/** SHA-256 of the canonical JSON of a policy, 64 hex digits: its name in every decision. */
export function policyVersionOf(source: PolicySource): string {
  return encodeHex(sha256(encodeText(canonicalPolicy(source))));
}
