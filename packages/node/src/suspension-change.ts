// SPDX-License-Identifier: Apache-2.0
// How a partner is suspended and resumed: the link is cut and makes no other session, nothing is released,
// and own sensors go on warning. One officer is enough for either, at once; both are kept for good.

import type { ActAnswer } from '@isthmus/warning';
import { decided, say } from './narration.ts';
import { newActs } from './officers.ts';
import type { NodeState } from './state.ts';
import type { PartnerAct } from './suspension.ts';
import type { Effect, SideAct, Turn } from './turn.ts';

/** Takes the officers' acts of the turn on the partner. */
export function stepSuspension(state: NodeState, turn: Turn, effects: Effect[]): void {
  for (const act of newActs(state, turn).filter(isPartnerAct)) {
    const answer = answerTo(state, turn, act);
    if (answer.outcome === 'done') {
      const { officer, reason } = act;
      state.suspension = act.kind === 'suspend-partner' ? { at: turn.at, officer, reason } : null;
      effects.push({ kind: 'link' });
    }
    tell(state, turn, { act, answer }, effects);
  }
}

function answerTo(state: NodeState, turn: Turn, { kind, officer }: PartnerAct): ActAnswer {
  const { partner, suspension } = state;
  const officers = [officer];
  const refused = (says: string): ActAnswer => ({ outcome: 'refused', says, officers });
  if (!turn.link.configured) return refused('This side has no partner.');
  if (kind === 'suspend-partner') {
    if (suspension !== null) return refused(`${suspension.officer} has suspended it already.`);
    const says = `${officer} suspends ${partner}: the link is cut and nothing is released. The own picture goes on.`;
    return { outcome: 'done', says, officers };
  }
  if (suspension === null) return refused(`${partner} is not suspended.`);
  const says = `${officer} resumes ${partner}: the link may come up again. What was seen meanwhile goes as the agreement has it.`;
  return { outcome: 'done', says, officers };
}

function tell(
  state: NodeState,
  { at }: Turn,
  told: { readonly act: PartnerAct; readonly answer: ActAnswer },
  effects: Effect[],
): void {
  const { act, answer } = told;
  const { outcome, says, officers } = answer;
  decided(state, effects, {
    at,
    outcome,
    kind: act.kind,
    officers,
    subject: state.partner,
    clause: null,
    reasons: [act.reason, says],
    removed: [],
    entry: null,
  });
  effects.push({ kind: 'answer', act: act.id, answer });
  say(effects, at, 'link', { partner: state.partner, text: says });
}

function isPartnerAct(act: SideAct): act is PartnerAct {
  return act.kind === 'suspend-partner' || act.kind === 'resume-partner';
}
