// SPDX-License-Identifier: Apache-2.0
// A side's own policy within its agreement, as the gate sees it: a port that answers questions of discrete
// attributes alone. It can only withhold what the agreement gives. Who implements it (adapters/cedar.ts)
// is no matter of the gate. See spec/release.md, R-50 on.

import type { Geodetic } from '@isthmus/earth';
import type { EventCategory, Item, ItemKind } from '@isthmus/picture';
import { type Static, Type } from 'typebox';
import { Check, Errors } from 'typebox/schema';
import {
  type Clause,
  type CoverageClause,
  canonicalJson,
  checkTurned,
  type Level,
} from './agreement.ts';
import { type Region, regionSchema } from './agreement-parts.ts';
import { ReleaseError } from './errors.ts';
import { LIMITS } from './limits.ts';
import type { ReasonCode } from './reasons.ts';
import { regionHolds } from './region.ts';
import { LEVEL_NEEDED } from './shape.ts';

const strict = { additionalProperties: false } as const;

/** A policy as people write it: plain data, so that it can be journalled, compared and hashed. */
export const policySourceSchema = Type.Object(
  {
    files: Type.Array(
      Type.Object(
        {
          name: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' }),
          text: Type.String({ maxLength: LIMITS.policyTextMax }),
        },
        strict,
      ),
      { minItems: 1, maxItems: 64 },
    ),
    /** Places of this side's own that policies speak of, by name. */
    regions: Type.Record(Type.String({ pattern: '^[a-z0-9-]{1,32}$' }), regionSchema, strict),
  },
  strict,
);

export interface PolicyFile {
  readonly name: string;
  readonly text: string;
}

export interface PolicySource {
  /** In order of their names. */
  readonly files: readonly PolicyFile[];
  readonly regions: Readonly<Record<string, Region>>;
}

/**
 * Checks the form of a policy; whether its text means anything is for whoever reads it.
 *
 * @throws ReleaseError with the JSON pointer of the first problem
 */
export function parsePolicySource(value: unknown): PolicySource {
  if (!Check(policySourceSchema, value)) {
    const [, problems] = Errors(policySourceSchema, value);
    // What does not pass has a problem.
    const { instancePath, message } = problems[0] as (typeof problems)[number];
    throw new ReleaseError('schema', instancePath, message);
  }
  const source: Static<typeof policySourceSchema> = value;
  const size = source.files.reduce((sum, { text }) => sum + text.length, 0);
  if (size > LIMITS.policyTextMax) {
    throw new ReleaseError('schema', '/files', `is longer than ${LIMITS.policyTextMax} characters`);
  }
  for (const [name, region] of Object.entries(source.regions)) {
    checkTurned(region, `/regions/${name}`);
  }
  return source;
}

/** RFC 8785 canonical JSON: what the version of a policy is the hash of. */
export function canonicalPolicy(source: PolicySource): string {
  return canonicalJson(source);
}

/** What is asked of a policy: everything it may look at. */
export interface PolicyQuestion {
  readonly from: string;
  readonly to: string;
  readonly mode: 'live' | 'exercise';
  readonly kind: ItemKind;
  readonly category: EventCategory;
  readonly level: Level;
  readonly clause: string;
  /** The own marking; null where it bears none. */
  readonly label: string | null;
  /** Names of the policy's regions that hold the place; null where the place is not known. */
  readonly regions: readonly string[] | null;
  readonly objectClass: string;
  /** `infrared`, `radar`, `both` or `none`. */
  readonly source: string;
  /** What own sensors say of it: the stage of a warning, the phase of a track; `none` where neither. */
  readonly state: string;
}

export interface PolicyAnswer {
  /** `silent`: nothing permits it. `error`: it could not be judged whole. */
  readonly outcome: 'permit' | 'forbid' | 'silent' | 'error';
  /** The policies that decided, by their ids. */
  readonly policies: readonly string[];
}

/** A policy text that was checked and can be asked. */
export interface Policy {
  /** SHA-256 of its source, 64 hex digits. */
  readonly version: string;
  readonly regions: PolicySource['regions'];
  /** Never throws; equal questions have equal answers. `regions` is no null here. */
  decide(question: PolicyQuestion & { readonly regions: readonly string[] }): PolicyAnswer;
}

/** Why an answer withholds; null for `permit`. */
const WITHHELD_BY: Readonly<Record<PolicyAnswer['outcome'], ReasonCode | null>> = {
  permit: null,
  forbid: 'policy-forbids',
  silent: 'policy-silent',
  error: 'policy-error',
};

/** What a policy says of an item, and what it was asked. */
export interface PolicyVerdict {
  readonly withhold: ReasonCode | null;
  /** Ids of the policies that decided; undefined where there is no policy to ask. */
  readonly policies: readonly string[] | undefined;
  readonly question: PolicyQuestion;
}

/** Beside the item, what its question is made from. */
export interface PolicyCase {
  readonly category: EventCategory;
  readonly region: Geodetic | null;
  readonly label?: string;
  readonly mode: PolicyQuestion['mode'];
  readonly clause: Clause | CoverageClause;
}

/** The question of a well-formed item that a clause covers. */
function policyQuestion(
  item: Item,
  given: PolicyCase & { readonly regions: PolicySource['regions'] },
): PolicyQuestion {
  const { category, region, label = null, mode, clause, regions } = given;
  return {
    from: clause.from,
    to: clause.to,
    mode,
    kind: item.kind,
    category,
    level: LEVEL_NEEDED[item.kind],
    clause: clause.id,
    label,
    regions: region === null ? null : namesOf(regions, region),
    objectClass: 'objectClass' in item ? item.objectClass : 'none',
    source: sourceOf(item),
    state: stateOf(item),
  };
}

/** Asks a policy, where there is one, about a well-formed item that a clause covers. */
export function judgePolicy(
  policy: Policy | undefined,
  item: Item,
  given: PolicyCase,
): PolicyVerdict {
  const question = policyQuestion(item, { ...given, regions: policy?.regions ?? {} });
  if (policy === undefined) return { withhold: null, policies: undefined, question };
  const { outcome, policies } = askPolicy(policy, question);
  return { withhold: WITHHELD_BY[outcome], policies, question };
}

/** Whether the policy of today lets go what was decided when another may have been in force. */
export function stillPermits(
  policy: Policy | undefined,
  question: PolicyQuestion | undefined,
): boolean {
  if (policy === undefined) return true;
  return question !== undefined && askPolicy(policy, question).outcome === 'permit';
}

/**
 * Asks. Of what has no known place it must hold wherever it is: in none of the regions and in all of
 * them.
 */
export function askPolicy(policy: Policy, question: PolicyQuestion): PolicyAnswer {
  if (question.regions !== null) return policy.decide({ ...question, regions: question.regions });
  const nowhere = policy.decide({ ...question, regions: [] });
  if (nowhere.outcome !== 'permit') return nowhere;
  return policy.decide({ ...question, regions: Object.keys(policy.regions).sort() });
}

function namesOf(regions: PolicySource['regions'], place: Geodetic): string[] {
  return Object.keys(regions)
    .filter((name) => regions[name] !== undefined && regionHolds(regions[name], place))
    .sort();
}

function sourceOf(item: Item): string {
  if ('source' in item) return item.source;
  const kinds = new Set('sources' in item ? item.sources : []);
  const [only = 'none'] = kinds;
  return kinds.size > 1 ? 'both' : only;
}

function stateOf(item: Item): string {
  if ('assessment' in item) return item.assessment;
  if ('phase' in item) return item.phase;
  return item.kind === 'coverage-report' ? item.state : 'none';
}
