// SPDX-License-Identifier: Apache-2.0
// Officers' acts on their way: checked against the side's names when they come in, then taken by the
// core in the turn that journals them. An act on an own warning is carried over to the system warning
// of the same launch; one on a system warning stays there, so that nothing a partner made known
// reaches the own picture by way of a person (rule 1).

import type { OfficerAct, Warning } from '@isthmus/picture';
import { policySourceSchema } from '@isthmus/release';
import { joinsOf } from '@isthmus/tracking';
import { CANCEL_REASONS, CONFIRM_REASONS, currentWarnings, takeAct } from '@isthmus/warning';
import Type from 'typebox';
import { Check } from 'typebox/schema';
import { NodeError } from './errors.ts';
import { LIMITS } from './limits.ts';
import { noteAct } from './narration.ts';
import type { NodeState } from './state.ts';
import type { Effect, SideAct, Turn } from './turn.ts';

const strict = { additionalProperties: false } as const;

/** A name as side.yaml lists it: what can stand in a sentence. */
export const officerSchema = Type.String({ pattern: "^[\\p{L}][\\p{L} .'-]{0,63}$" });

/** An officer's own words. */
const sentence = Type.String({ minLength: 1, maxLength: 280, pattern: '^[^\\p{Cc}\\p{Cs}]+$' });

const common = {
  id: Type.String({ pattern: '^[0-9a-f]{32}$' }),
  warning: Type.String({ pattern: '^(own|system)-[0-9]{1,12}$' }),
  officer: officerSchema,
};

const actSchema = Type.Union([
  Type.Object(
    {
      ...common,
      kind: Type.Literal('cancel'),
      reason: Type.Union(CANCEL_REASONS.map((reason) => Type.Literal(reason))),
    },
    strict,
  ),
  Type.Object(
    {
      ...common,
      kind: Type.Literal('confirm'),
      reason: Type.Union(CONFIRM_REASONS.map((reason) => Type.Literal(reason))),
    },
    strict,
  ),
  Type.Object(
    {
      ...common,
      kind: Type.Literal('note'),
      text: sentence,
    },
    strict,
  ),
]);

const policyActSchema = Type.Union([
  Type.Object(
    {
      id: common.id,
      officer: officerSchema,
      kind: Type.Literal('propose-policy'),
      from: Type.Integer(),
      policy: policySourceSchema,
    },
    strict,
  ),
  Type.Object(
    {
      id: common.id,
      officer: officerSchema,
      kind: Type.Literal('approve-policy'),
      version: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    },
    strict,
  ),
]);

const partnerActSchema = Type.Object(
  {
    id: common.id,
    officer: officerSchema,
    kind: Type.Union([Type.Literal('suspend-partner'), Type.Literal('resume-partner')]),
    reason: sentence,
  },
  strict,
);

/**
 * Reads an act that came from this side's own program.
 *
 * @param officers the names of side.yaml
 * @throws NodeError `act-invalid` for what is no act, or of nobody who is named there
 */
export function parseAct(value: unknown, officers: readonly string[]): SideAct {
  const isAct =
    Check(actSchema, value) || Check(policyActSchema, value) || Check(partnerActSchema, value);
  if (!isAct) throw new NodeError('act-invalid', 'it is not an act');
  if (officers.includes(value.officer)) return value as SideAct;
  const named = officers.length === 0 ? 'it names nobody' : `there are ${officers.join(', ')}`;
  throw new NodeError('act-invalid', `side.yaml names no officer "${value.officer}"; ${named}`);
}

/** Takes the acts of a turn on own warnings; gives those that were not refused. */
export function takeOwnActs(state: NodeState, turn: Turn, effects: Effect[]): OfficerAct[] {
  return newActs(state, turn).filter((act): act is OfficerAct => {
    if (!isOnWarning(act) || !isOwn(act)) return false;
    const answer = takeAct(state.ownWarnings, act, turn.at);
    noteAct(state, { act, answer, at: turn.at }, effects);
    return answer.outcome !== 'refused';
  });
}

/** Takes the others, and what was done to own warnings for the system warning of the same launch. */
export function takeSystemActs(
  state: NodeState,
  turn: Turn,
  own: readonly OfficerAct[],
  effects: Effect[],
): void {
  for (const act of own) {
    const other = counterpartOf(state, act.warning);
    // The own one has spoken: where the other is further already, that is not said twice.
    if (other !== null) takeAct(state.systemWarnings, { ...act, warning: other.id }, turn.at);
  }
  const acts = newActs(state, turn);
  for (const act of acts.filter(isOnWarning).filter((one) => !isOwn(one))) {
    const answer = takeAct(state.systemWarnings, act, turn.at);
    noteAct(state, { act, answer, at: turn.at }, effects);
  }
  if (acts.length === 0) return;
  state.acts = [...state.acts, ...acts.map(({ id }) => id)].slice(-LIMITS.actsRemembered);
}

/** What was not taken before: a side that was killed finds an act again, and takes it once. */
export function newActs(state: NodeState, { acts = [] }: Turn): SideAct[] {
  return acts.filter(({ id }, i) => {
    const isFirst = acts.findIndex((other) => other.id === id) === i;
    return isFirst && !state.acts.includes(id);
  });
}

function isOnWarning(act: SideAct): act is OfficerAct {
  return 'warning' in act;
}

function isOwn(act: OfficerAct): boolean {
  return act.warning.startsWith('own-');
}

/** The newest system warning of the launch that an own warning is about. */
function counterpartOf(state: NodeState, id: string): Warning | null {
  const own = currentWarnings(state.ownWarnings).find((warning) => warning.id === id);
  if (own === undefined) return null;
  const joined = joinsOf(state.fusion).filter((join) => join.own === own.event);
  const events = new Set([own.event, ...joined.map((join) => join.system)]);
  const all = currentWarnings(state.systemWarnings);
  return all.findLast((warning) => events.has(warning.event)) ?? null;
}
