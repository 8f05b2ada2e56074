// SPDX-License-Identifier: Apache-2.0
// Policies as Cedar text: checked whole when they are read, parsed once a version, and each answer kept.
// The library is WebAssembly that is loaded from disk, hence an adapter; what it computes is pure.
//
// Everything a policy can name is an enumeration of the schema, made from the agreement and the policy's
// regions: a word that is none is an error of the text, and never a policy that quietly does not apply.

import {
  checkParseSchema,
  type DetailedError,
  policySetTextToParts,
  policyToJson,
  preparsePolicySet,
  preparseSchema,
  statefulIsAuthorized,
  validate,
} from '@cedar-policy/cedar-wasm/nodejs';
import type { Agreement } from '../agreement.ts';
import type { Policy, PolicyAnswer, PolicyFile, PolicyQuestion, PolicySource } from '../policy.ts';
import { CLASSES, FIELDS, LEVELS, PHASES, SOURCES, STAGES } from '../shape.ts';
import { lineAt, PolicyError, refusalOf } from './policy-error.ts';
import { remembered } from './remembered.ts';

/** Between whom, and under which clauses, a policy decides. */
export type PolicyScope = Pick<Agreement, 'parties' | 'clauses' | 'coverage' | 'labels'>;

/** Annotations with a meaning; any other may be a condition that nobody here keeps. */
const ANNOTATIONS: readonly string[] = ['id', 'says'];
const ID = /^[a-z0-9-]{1,64}$/;
const POLICIES_MAX = 500;
/** Different questions of one version that are remembered; beyond it all are asked anew. */
const ANSWERS_MAX = 10_000;
const NONE = 'none';

interface Part {
  readonly id: string;
  readonly text: string;
  readonly file: PolicyFile;
  /** Where the text begins in its file. */
  readonly offset: number;
}

/**
 * Checks a policy text against what can be asked of it, and readies it.
 *
 * @param version hash of the source, which names it in every decision
 * @throws PolicyError for the first thing wrong, with file and line
 */
export function createCedarPolicy(
  source: PolicySource,
  scope: PolicyScope,
  version: string,
): Policy {
  const parts = source.files.flatMap(partsOf);
  checkIds(parts, source);
  const schema = schemaOf(source, scope);
  const staticPolicies = Object.fromEntries(parts.map(({ id, text }) => [id, text]));
  checkAgainst(schema, staticPolicies, parts);
  // The library keeps what is parsed by a name of its own: the same text under another agreement has
  // another schema.
  const key = JSON.stringify([version, schema]);
  const whole = firstOf(source);
  made(preparsePolicySet(key, { staticPolicies }), whole);
  made(preparseSchema(key, schema), whole);
  type Asked = Parameters<Policy['decide']>[0];
  return {
    version,
    regions: source.regions,
    decide: remembered((question: Asked) => ask(key, question), ANSWERS_MAX),
  };
}

function partsOf(file: PolicyFile): Part[] {
  const split = made(policySetTextToParts(file.text), file);
  if (split.policy_templates.length > 0) {
    throw new PolicyError({ file: file.name, line: 1 }, 'templates are not filled in here');
  }
  return placed(file.text, split.policies).map(({ text, offset }) => {
    const at = { file: file.name, line: lineAt(file.text, offset) };
    const read = made(policyToJson(text), file, offset);
    const { annotations = {} } = read.json;
    const unknown = Object.keys(annotations).find((name) => !ANNOTATIONS.includes(name));
    if (unknown !== undefined) {
      throw new PolicyError(
        at,
        `there is no annotation @${unknown}; there are ${ANNOTATIONS.map((name) => `@${name}`).join(', ')}`,
      );
    }
    const id = annotations['id'];
    if (id === undefined || !ID.test(id)) {
      throw new PolicyError(at, 'every policy has an @id("…") of 1 to 64 of [a-z0-9-]');
    }
    return { id, text, file, offset };
  });
}

/** Where each policy stands in its file; one may be part of another's text, and is not meant there. */
function placed(
  whole: string,
  texts: readonly string[],
): { readonly text: string; readonly offset: number }[] {
  const taken: { readonly from: number; readonly to: number }[] = [];
  const longestFirst = [...texts].sort((a, b) => b.length - a.length);
  const places = longestFirst.map((text) => {
    let offset = whole.indexOf(text);
    let within = taken.find(({ from, to }) => offset >= from && offset < to);
    while (within !== undefined) {
      offset = whole.indexOf(text, within.to);
      within = taken.find(({ from, to }) => offset >= from && offset < to);
    }
    taken.push({ from: offset, to: offset + text.length });
    return { text, offset: Math.max(0, offset) };
  });
  return places.sort((a, b) => a.offset - b.offset);
}

function checkIds(parts: readonly Part[], source: PolicySource): void {
  const first = firstOf(source).name;
  if (parts.length === 0) {
    throw new PolicyError({ file: first, line: 1 }, 'there is no policy; nothing would ever go');
  }
  if (parts.length > POLICIES_MAX) {
    throw new PolicyError({ file: first, line: 1 }, `at most ${POLICIES_MAX} policies`);
  }
  const ids = new Set<string>();
  for (const { id, file, offset } of parts) {
    if (ids.has(id)) {
      const at = { file: file.name, line: lineAt(file.text, offset) };
      throw new PolicyError(at, `@id("${id}") is that of another policy`);
    }
    ids.add(id);
  }
}

function schemaOf({ regions }: PolicySource, scope: PolicyScope): string {
  const { parties, clauses, coverage = [], labels = [] } = scope;
  const words: Readonly<Record<string, readonly string[]>> = {
    Party: parties,
    Kind: Object.keys(FIELDS),
    Mode: ['live', 'exercise'],
    Category: ['launch', 'space-object', 'aircraft'],
    Level: LEVELS,
    Clause: [NONE, ...clauses.map(({ id }) => id), ...coverage.map(({ id }) => id)],
    Label: [NONE, ...new Set(labels.flatMap((row) => Object.values(row)))],
    Region: [NONE, ...Object.keys(regions)],
    ObjectClass: [NONE, ...CLASSES],
    Source: [NONE, 'both', ...SOURCES],
    State: [NONE, ...STAGES, ...PHASES, 'nothing-seen', 'not-covered'],
  };
  const entities = Object.entries(words).map(
    ([name, values]) =>
      `entity ${name} enum [${values.map((one) => JSON.stringify(one)).join(', ')}];`,
  );
  const context =
    'sender: Party, mode: Mode, category: Category, level: Level, clause: Clause, label: Label, regions: Set<Region>, objectClass: ObjectClass, source: Source, state: State';
  const action = `action release appliesTo { principal: [Party], resource: [Kind], context: { ${context} } };`;
  return [...entities, action].join('\n');
}

function checkAgainst(
  schema: string,
  staticPolicies: Readonly<Record<string, string>>,
  parts: readonly Part[],
): void {
  // There is one, or its ids had been refused; and one is what the library finds fault with.
  const { file } = parts[0] as Part;
  made(checkParseSchema(schema), file);
  const checked = made(
    validate({ schema, policies: { staticPolicies }, validationSettings: { mode: 'strict' } }),
    file,
  );
  // A warning says that a policy can never apply: what its author meant, it does not do.
  const problem = checked.validationErrors[0] ?? checked.validationWarnings[0];
  if (problem === undefined) return;
  const part = parts.find(({ id }) => id === problem.policyId) as Part;
  throw refusalOf(part.file, part.offset, [problem.error]);
}

function ask(
  key: string,
  question: PolicyQuestion & { readonly regions: readonly string[] },
): PolicyAnswer {
  const word = (type: string, id: string) => ({ __entity: { type, id } });
  const { kind, to, regions } = question;
  const answer = statefulIsAuthorized({
    principal: { type: 'Party', id: to },
    action: { type: 'Action', id: 'release' },
    resource: { type: 'Kind', id: kind },
    context: {
      sender: word('Party', question.from),
      mode: word('Mode', question.mode),
      category: word('Category', question.category),
      level: word('Level', question.level),
      clause: word('Clause', question.clause),
      label: word('Label', question.label ?? NONE),
      regions: regions.map((name) => word('Region', name)),
      objectClass: word('ObjectClass', question.objectClass),
      source: word('Source', question.source),
      state: word('State', question.state),
    },
    preparsedSchemaName: key,
    preparsedPolicySetId: key,
    // What no schema word stands for is refused, and so withheld.
    validateRequest: true,
    entities: [],
  });
  if (answer.type === 'failure') return { outcome: 'error', policies: [] };
  const { decision, diagnostics } = answer.response;
  const failed = diagnostics.errors.map(({ policyId }) => policyId).sort();
  if (failed.length > 0) return { outcome: 'error', policies: failed };
  const policies = [...diagnostics.reason].sort();
  if (decision === 'allow') return { outcome: 'permit', policies };
  return { outcome: policies.length > 0 ? 'forbid' : 'silent', policies };
}

type Failure = { readonly type: 'failure'; readonly errors: readonly DetailedError[] };

/** What the library made of a text, or its refusal with the place. */
function made<T extends { readonly type: string }>(
  answer: T | Failure,
  file: PolicyFile,
  offset = 0,
): Exclude<T, { readonly type: 'failure' }> {
  if (answer.type === 'failure') throw refusalOf(file, offset, (answer as Failure).errors);
  return answer as Exclude<T, { readonly type: 'failure' }>;
}

/** Where what is wrong with the whole is said: `parsePolicySource` saw that there is a file. */
function firstOf({ files }: PolicySource): PolicyFile {
  return files[0] as PolicyFile;
}
