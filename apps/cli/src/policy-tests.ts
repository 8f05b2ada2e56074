// SPDX-License-Identifier: Apache-2.0
// Tests beside a policy: questions with the answer that is meant, in tests.yaml.

import { policyVersionOf } from '@isthmus/node';
import { type Agreement, askPolicy, type PolicyQuestion } from '@isthmus/release';
import Type from 'typebox';
import { Check, Errors } from 'typebox/schema';
import { lineOfField, loadDocument } from './documents.ts';
import { policyReader, policyTestsOf, readPolicyAt } from './policy-file.ts';

const strict = { additionalProperties: false } as const;
const word = Type.Optional(Type.String({ maxLength: 64 }));

const testsSchema = Type.Object(
  {
    tests: Type.Array(
      Type.Object(
        {
          name: Type.String({ minLength: 1, maxLength: 200 }),
          ask: Type.Object(
            {
              kind: Type.String({ maxLength: 64 }),
              to: word,
              category: word,
              level: word,
              clause: word,
              label: word,
              objectClass: word,
              source: word,
              state: word,
              /** `unknown`: the place is not known. */
              regions: Type.Optional(
                Type.Union([Type.Literal('unknown'), Type.Array(Type.String({ maxLength: 32 }))]),
              ),
            },
            strict,
          ),
          expect: Type.Enum(['permit', 'forbid', 'silent', 'error']),
          /** Ids of the policies that decide, where that matters. */
          by: Type.Optional(Type.Array(Type.String({ maxLength: 64 }))),
        },
        strict,
      ),
      { minItems: 1, maxItems: 1000 },
    ),
  },
  strict,
);

type TestDocument = Type.Static<typeof testsSchema>;
type PolicyTest = TestDocument['tests'][number];

export interface PolicyTestResults {
  readonly version: string;
  /** Files of the policy. */
  readonly policies: number;
  /** The file of tests; null where there is none. */
  readonly file: string | null;
  readonly tests: readonly {
    readonly name: string;
    readonly line: number;
    readonly ok: boolean;
    readonly says: string;
  }[];
}

/** A field of tests.yaml that is not what it must be; `path` is a JSON pointer. */
class TestsError extends Error {
  readonly path: string;
  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}

/** Reads a policy and runs the tests beside it. Throws `UserError` for what is no policy or no test. */
export async function runPolicyTests(at: {
  readonly path: string;
  readonly agreement: Agreement;
  readonly side: string;
}): Promise<PolicyTestResults> {
  const read = await policyReader(at.agreement);
  const source = await readPolicyAt(at.path, read);
  const version = policyVersionOf(source);
  const policy = read(source, version);
  const file = await policyTestsOf(at.path);
  const found = file === null ? [] : (await loadDocument(file, parseTests)).tests;
  const tests = await Promise.all(
    found.map(async (test, i) => {
      const line = file === null ? 1 : await lineOfField(file, `/tests/${i}`);
      const { outcome, policies } = askPolicy(policy, questionOf(test.ask, at));
      const by = test.by?.toSorted().join(', ');
      const ok = outcome === test.expect && (by === undefined || by === policies.join(', '));
      const said = `${outcome}${policies.length === 0 ? '' : ` by ${policies.join(', ')}`}`;
      const meant = `${test.expect}${by === undefined ? '' : ` by ${by}`}`;
      return { name: test.name, line, ok, says: ok ? said : `${said}, and not ${meant}` };
    }),
  );
  return { version, policies: source.files.length, file, tests };
}

function parseTests(value: unknown): TestDocument {
  if (Check(testsSchema, value)) return value;
  const problem = Errors(testsSchema, value)[1][0];
  throw new TestsError(problem?.instancePath ?? '', problem?.message ?? 'is no document of tests');
}

/** What is left out is what most items have; words that are none come out as an error of the answer. */
function questionOf(
  ask: PolicyTest['ask'],
  { agreement, side }: { readonly agreement: Agreement; readonly side: string },
): PolicyQuestion {
  const other = agreement.parties.find((party) => party !== side) ?? side;
  const { kind, to = other, category = 'launch', regions = [] } = ask;
  const clause = agreement.clauses.find(
    (one) => one.from === side && one.to === to && one.category === category,
  );
  return {
    from: side,
    to,
    mode: agreement.mode,
    kind: kind as PolicyQuestion['kind'],
    category: category as PolicyQuestion['category'],
    level: (ask.level ?? 'report') as PolicyQuestion['level'],
    clause: ask.clause ?? clause?.id ?? 'none',
    label: ask.label ?? null,
    regions: regions === 'unknown' ? null : regions.toSorted(),
    objectClass: ask.objectClass ?? 'none',
    source: ask.source ?? 'none',
    state: ask.state ?? 'none',
  };
}
