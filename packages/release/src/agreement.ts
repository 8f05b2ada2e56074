// SPDX-License-Identifier: Apache-2.0
// The agreement: what two sides signed. Who gives what, at which level, how fine, how fast, until
// when. It holds what is needed now in the shape that will grow; what it does not say is not given.
// See spec/release.md, R-10 to R-16.

import { instantFromIso } from '@isthmus/earth';
import canonicalize from 'canonicalize';
import { type Static, type TSchema, Type } from 'typebox';
import { Check, Errors } from 'typebox/schema';
import {
  type DeepReadonly,
  date,
  name,
  type Region,
  regionSchema,
  strict,
  words,
} from './agreement-parts.ts';
import { checkDuties, dutiesSchema, onwardSchema } from './duties.ts';
import { ReleaseError } from './errors.ts';
import { LIMITS } from './limits.ts';
import { areApart } from './region-relation.ts';

const clauseSchema = Type.Object(
  {
    id: name('What releases under this clause are marked with'),
    from: name('The party that gives'),
    to: name('The party that receives'),
    category: words(['launch', 'space-object', 'aircraft'], 'Which events are covered'),
    level: words(
      ['report', 'track', 'tracklet', 'plot'],
      'The most that is given; each level includes those before it',
    ),
    impactRegions: Type.Optional(
      Type.Boolean({ description: 'Reports name the impact area and time; withheld unless true' }),
    ),
    region: Type.Optional(regionSchema),
    tickS: Type.Integer({
      minimum: 1,
      maximum: 3600,
      description: 'Times are rounded to this many seconds, and nothing is said more often',
    }),
    gridKm: Type.Object(
      {
        report: Type.Integer({
          minimum: 1,
          maximum: 1000,
          description: 'Cell to which the areas of reports are rounded',
        }),
        track: Type.Integer({
          minimum: 0,
          maximum: 1000,
          description: 'Cell to which the positions of track items are rounded; 0 is none',
        }),
      },
      { ...strict, description: 'Tracklets and rebases admit no grid' },
    ),
    delayS: Type.Integer({ minimum: 0, maximum: 86_400, description: 'Held this long' }),
    looksATracklet: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1000, description: 'Least looks a tracklet; 4' }),
    ),
    accuracyFloor: Type.Optional(
      Type.Object(
        {
          positionM: Type.Number({ minimum: 0, maximum: 1e6 }),
          velocityMps: Type.Number({ minimum: 0, maximum: 1e4 }),
        },
        { ...strict, description: 'One sigma that no direction of a released state goes below' },
      ),
    ),
  },
  strict,
);

const coverageClauseSchema = Type.Object(
  {
    id: name('What coverage reports under this clause are marked with'),
    from: name('The party that gives'),
    to: name('The party that receives'),
    region: Type.Union(regionSchema.anyOf, { description: 'Where launches from are spoken of' }),
    objectClasses: Type.Array(words(['short-range', 'medium-range', 'long-range'], 'A class'), {
      minItems: 1,
      maxItems: 3,
      uniqueItems: true,
      description: 'Of which launches it is said whether they would have been seen',
    }),
    everyS: Type.Integer({
      minimum: 60,
      maximum: 86_400,
      description: 'A report speaks of one whole period of this many seconds, counted from 1970',
    }),
  },
  {
    ...strict,
    description:
      'Gives coverage reports: covered and nothing seen, or not covered. No sensor, place or coverage edge is in them.',
  },
);

/** The document both sides sign; its JSON Schema is published as schemas/agreement.schema.json. */
export const agreementSchema = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z0-9-]{1,64}$' }),
    version: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    parties: Type.Array(name('A party'), { minItems: 2, maxItems: 2, uniqueItems: true }),
    mode: words(['live', 'exercise'], 'Live and exercise never mix'),
    validity: Type.Object(
      { from: date('First instant in force'), until: date('First instant no longer in force') },
      strict,
    ),
    onwardRelease: Type.Union(
      [Type.Literal('never'), Type.Array(onwardSchema, { minItems: 1, maxItems: 2 })],
      {
        description:
          'never: what is received goes to nobody else. What is named may, and never under the receiver’s own name',
      },
    ),
    clauses: Type.Array(clauseSchema, { maxItems: LIMITS.clausesMax }),
    coverage: Type.Optional(Type.Array(coverageClauseSchema, { maxItems: LIMITS.coverageMax })),
    duties: Type.Optional(dutiesSchema),
    labels: Type.Optional(
      Type.Array(
        Type.Record(
          Type.String({ pattern: '^[a-z0-9-]{1,32}$' }),
          Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$' }),
        ),
        {
          maxItems: LIMITS.labelsMax,
          description:
            'Markings that are equal: one of each party, by its name. What bears none, or one without an equal, is not given',
        },
      ),
    ),
  },
  { ...strict, title: 'Isthmus agreement' },
);

/** An agreement as `parseAgreement` returns it: checked, and frozen. */
export type Agreement = DeepReadonly<Static<typeof agreementSchema>>;
export type Clause = DeepReadonly<Static<typeof clauseSchema>>;
export type CoverageClause = DeepReadonly<Static<typeof coverageClauseSchema>>;
export type Level = Clause['level'];

/** The published JSON Schema of the document, ready to print. */
export function agreementJsonSchema(): TSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://isthmus.example/schemas/agreement.schema.json',
    ...agreementSchema,
  };
}

/**
 * Checks a document read from YAML or JSON.
 *
 * @throws ReleaseError with the JSON pointer of the first problem.
 */
export function parseAgreement(value: unknown): Agreement {
  checkSchema(value);
  // A copy of its own through canonical JSON: nothing the caller does later changes the terms.
  const agreement = freeze(JSON.parse(canonicalJson(value)) as Agreement);
  checkValidity(agreement);
  agreement.clauses.forEach((clause, i) => {
    checkClause(agreement, clause, i);
  });
  const { coverage = [] } = agreement;
  coverage.forEach((clause, i) => {
    const earlier = [...agreement.clauses, ...coverage.slice(0, i)];
    checkCoverage(agreement, { clause, earlier }, `/coverage/${i}`);
  });
  checkDuties(agreement);
  checkLabels(agreement);
  return agreement;
}

/** The agreement as RFC 8785 canonical JSON: what is hashed and signed, on both sides the same. */
export function canonicalAgreement(agreement: Agreement): string {
  return canonicalJson(agreement);
}

/** RFC 8785 of a JSON value. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new ReleaseError('schema', '', 'is not a JSON value');
  return text;
}

function checkSchema(value: unknown): void {
  if (Check(agreementSchema, value)) return;
  const problems = Errors(agreementSchema, value)[1].filter(
    // Where a field is unknown the checker names it twice; where a union fails, each branch speaks.
    (problem) => problem.keyword !== 'additionalProperties' && problem.keyword !== 'anyOf',
  );
  // Of a rule that is not one, its own field says more than that it is not "never".
  const inRule = problems.find(({ instancePath }) => instancePath.startsWith('/onwardRelease/'));
  // What fails for an unknown field or in a union has a problem of its own beside it.
  const first = problems[0] as (typeof problems)[number];
  const problem = first.instancePath === '/onwardRelease' ? (inRule ?? first) : first;
  const path = problem.instancePath;
  if (path === '/onwardRelease') {
    const says = 'write never, or a list of { of: PARTY, to: [OTHERS], under: originator }';
    throw new ReleaseError('schema', path, says);
  }
  if (path.endsWith('/gridKm/tracklet')) {
    throw new ReleaseError(
      'schema',
      path,
      'tracklets admit no grid; coarsen them by delay or floor',
    );
  }
  const text = problem.keyword === 'boolean' ? 'is not a field of an agreement' : describe(problem);
  throw new ReleaseError('schema', path, text);
}

function describe(problem: { readonly message: string; readonly params: object }): string {
  const { params, message } = problem;
  if ('allowedValue' in params) return `${message}: ${String(params.allowedValue)}`;
  const allowed = 'allowedValues' in params ? params.allowedValues : undefined;
  return Array.isArray(allowed) ? `${message}: ${allowed.join(', ')}` : message;
}

function checkValidity(agreement: Agreement): void {
  const from = readDate(agreement.validity.from, '/validity/from');
  const until = readDate(agreement.validity.until, '/validity/until');
  if (until <= from) {
    throw new ReleaseError('validity', '/validity/until', 'is not after the beginning');
  }
}

/** Refuses the thirtieth of February, which a date parser would roll over. */
function readDate(text: string, path: string): number {
  try {
    const at = instantFromIso(text);
    if (new Date(at / 1000).toISOString().slice(0, 19) === text.slice(0, 19)) return at;
  } catch {
    // Not even rolled over: there is no such date either.
  }
  throw new ReleaseError('validity', path, `there is no ${text}`);
}

/** A coverage clause has its name to itself: it is what says which region a report speaks of. */
function checkCoverage(
  agreement: Agreement,
  {
    clause,
    earlier,
  }: { readonly clause: CoverageClause; readonly earlier: readonly { readonly id: string }[] },
  path: string,
): void {
  checkParties(agreement, clause, path);
  checkTurned(clause.region, path);
  if (earlier.some(({ id }) => id === clause.id)) {
    throw new ReleaseError('duplicate-id', `${path}/id`, 'is that of another clause');
  }
}

/** A marking has one equal, or its holder would have to choose. */
function checkLabels({ parties, labels = [] }: Agreement): void {
  labels.forEach((row, at) => {
    const path = `/labels/${at}`;
    const named = Object.keys(row);
    const stranger = named.find((party) => !parties.includes(party));
    if (stranger !== undefined) {
      throw new ReleaseError('unknown-party', `${path}/${stranger}`, 'is no party');
    }
    if (named.length < parties.length) {
      throw new ReleaseError('contradiction', path, `names a marking of ${parties.join(' and ')}`);
    }
    for (const party of parties) {
      if (labels.slice(0, at).some((earlier) => earlier[party] === row[party])) {
        throw new ReleaseError('contradiction', `${path}/${party}`, 'has an equal already');
      }
    }
  });
}

function checkParties(
  agreement: Agreement,
  clause: { readonly from: string; readonly to: string },
  path: string,
): void {
  for (const side of ['from', 'to'] as const) {
    if (!agreement.parties.includes(clause[side])) {
      throw new ReleaseError('unknown-party', `${path}/${side}`, `${clause[side]} is no party`);
    }
  }
  if (clause.from === clause.to) {
    throw new ReleaseError('unknown-party', `${path}/to`, 'a party gives nothing to itself');
  }
}

/** Refuses a box that is turned over: it would hold nothing. */
export function checkTurned(region: Region | undefined, path: string): void {
  if (region?.kind === 'box' && region.southDeg >= region.northDeg) {
    throw new ReleaseError('contradiction', `${path}/region/northDeg`, 'is not north of southDeg');
  }
}

function checkClause(agreement: Agreement, clause: Clause, at: number): void {
  const path = `/clauses/${at}`;
  checkParties(agreement, clause, path);
  if (clause.level !== 'report' && clause.tickS > LIMITS.stateTickSMax) {
    const most = LIMITS.stateTickSMax;
    throw new ReleaseError(
      'contradiction',
      `${path}/tickS`,
      `states go at ticks of at most ${most}`,
    );
  }
  checkTurned(clause.region, path);
  agreement.clauses.slice(0, at).forEach((earlier, j) => {
    if (earlier.id === clause.id) {
      throw new ReleaseError('duplicate-id', `${path}/id`, `is that of clause ${j}`);
    }
    if (mayBothCover(earlier, clause)) {
      throw new ReleaseError('overlap', path, `could cover the same item as clause ${j}`);
    }
  });
}

/** True unless the two clauses provably share no item. */
function mayBothCover(a: Clause, b: Clause): boolean {
  if (a.from !== b.from || a.to !== b.to || a.category !== b.category) return false;
  return !areApart(a.region, b.region);
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) freeze(inner);
    Object.freeze(value);
  }
  return value;
}
