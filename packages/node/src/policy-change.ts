// SPDX-License-Identifier: Apache-2.0
// How a side's own policy changes: one officer proposes a text, another approves it, and it comes into
// force at the time that was stated. One person alone changes nothing; until then the old version rules.

import { isoFromInstant } from '@isthmus/earth';
import type { Policy, PolicySource, Terms } from '@isthmus/release';
import type { ActAnswer } from '@isthmus/warning';
import { LIMITS } from './limits.ts';
import { decided, say } from './narration.ts';
import { newActs } from './officers.ts';
import {
  type ApprovePolicyAct,
  type PolicyAct,
  type PolicyInForce,
  type ProposePolicyAct,
  policyVersionOf,
} from './policy-state.ts';
import type { NodeState } from './state.ts';
import type { Effect, SideAct, Turn } from './turn.ts';

/** Readies a policy text; throws an Error that says what is wrong with it. The same for the same. */
export type PolicyReader = (source: PolicySource, version: string) => Policy;

/** Puts into force what is due, then takes the officers' acts of the turn. */
export function stepPolicy(
  state: NodeState,
  turn: Turn,
  read: PolicyReader | undefined,
  effects: Effect[],
): void {
  const { policy } = state;
  if (turn.policy !== undefined && policy.inForce === null) {
    const version = policyVersionOf(turn.policy);
    enforce(state, turn, { version, source: turn.policy, officers: [] }, effects);
  }
  const isDue = ({ from }: { readonly from: number }): boolean => from <= turn.at;
  const due = policy.proposed.filter(isDue).toSorted((a, b) => a.from - b.from);
  policy.proposed = policy.proposed.filter((one) => !isDue(one));
  for (const { version, source, proposedBy, approvedBy } of due) {
    if (approvedBy === null) continue;
    enforce(state, turn, { version, source, officers: [proposedBy, approvedBy] }, effects);
  }
  for (const act of newActs(state, turn).filter(isPolicyAct)) {
    const answer =
      act.kind === 'propose-policy' ? propose(state, turn, act, read) : approve(state, act);
    tell(state, turn, { act, answer }, effects);
  }
}

/** The terms with the policy in force; one that cannot be read whole withholds everything. */
export function withPolicy(state: NodeState, terms: Terms, read: PolicyReader | undefined): Terms {
  const { inForce } = state.policy;
  if (inForce === null) return terms;
  return { ...terms, policy: readable(inForce, read) ?? unreadable(inForce) };
}

function readable(
  { source, version }: PolicyInForce,
  read: PolicyReader | undefined,
): Policy | null {
  try {
    return read?.(source, version) ?? null;
  } catch {
    // Its text was sound when it came into force; what it is read against, the agreement, has changed.
    return null;
  }
}

function unreadable({ version, source }: PolicyInForce): Policy {
  const decide = () => ({ outcome: 'error', policies: [] }) as const;
  return { version, regions: source.regions, decide };
}

function enforce(state: NodeState, turn: Turn, next: PolicyInForce, effects: Effect[]): void {
  state.policy.inForce = next;
  const { version, officers } = next;
  const who = officers.length === 0 ? 'as side.yaml has it' : `of ${officers.join(' and ')}`;
  decided(state, effects, {
    at: turn.at,
    outcome: 'in-force',
    kind: 'policy',
    officers,
    subject: version,
    clause: null,
    reasons: [`In force from here on, ${who}.`],
    removed: [],
    entry: null,
  });
  const text = `Policy ${version.slice(0, 8)} is in force, ${who}.`;
  say(effects, turn.at, 'link', { partner: state.partner, text });
}

function propose(
  state: NodeState,
  turn: Turn,
  act: ProposePolicyAct,
  read: PolicyReader | undefined,
): ActAnswer {
  const { officer, from, policy: source } = act;
  const version = policyVersionOf(source);
  const refused = (says: string): ActAnswer => ({ outcome: 'refused', says, officers: [officer] });
  if (read === undefined) return refused('This side has no partner to release anything to.');
  try {
    read(source, version);
  } catch (error) {
    return refused(
      `The text is no policy: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (from <= turn.at) return refused('It would come into force in the past.');
  const { inForce, proposed } = state.policy;
  if (inForce?.version === version) return refused('That policy is in force already.');
  if (proposed.some((one) => one.version === version && one.approvedBy !== null)) {
    return refused('That policy is approved already and comes into force at its time.');
  }
  const others = proposed.filter((one) => one.version !== version);
  if (others.length >= LIMITS.policiesProposed) return refused('Too many policies are proposed.');
  state.policy.proposed = [
    ...others,
    { version, source, from, proposedBy: officer, approvedBy: null },
  ];
  const says = `Policy ${version} is proposed by ${officer} from ${isoFromInstant(from)} on; another officer must approve it before. Until then nothing changes.`;
  return { outcome: 'asked', says, officers: [officer] };
}

function approve(state: NodeState, { officer, version }: ApprovePolicyAct): ActAnswer {
  const { proposed } = state.policy;
  const found = proposed.find((one) => one.version === version);
  const refused = (says: string): ActAnswer => ({ outcome: 'refused', says, officers: [officer] });
  if (found === undefined) {
    return refused(`No policy ${version} is proposed, or its time has passed.`);
  }
  if (found.proposedBy === officer) {
    return refused(`${officer} proposed it: it must be approved by another person.`);
  }
  const by = found.approvedBy;
  if (by !== null) return refused(`${by} has approved it already.`);
  state.policy.proposed = proposed.map((one) =>
    one === found ? { ...one, approvedBy: officer } : one,
  );
  const says = `Policy ${version}, proposed by ${found.proposedBy}, is approved by ${officer}; it is in force from ${isoFromInstant(found.from)} on.`;
  return { outcome: 'done', says, officers: [found.proposedBy, officer] };
}

function tell(
  state: NodeState,
  turn: Turn,
  told: { readonly act: PolicyAct; readonly answer: ActAnswer },
  effects: Effect[],
): void {
  const { act, answer } = told;
  const { outcome, says, officers } = answer;
  const subject = act.kind === 'propose-policy' ? policyVersionOf(act.policy) : act.version;
  decided(state, effects, {
    at: turn.at,
    outcome,
    kind: act.kind,
    officers,
    subject,
    clause: null,
    reasons: [says],
    removed: [],
    entry: null,
  });
  effects.push({ kind: 'answer', act: act.id, answer });
  say(effects, turn.at, 'link', { partner: state.partner, text: says });
}

function isPolicyAct(act: SideAct): act is PolicyAct {
  return act.kind === 'propose-policy' || act.kind === 'approve-policy';
}
