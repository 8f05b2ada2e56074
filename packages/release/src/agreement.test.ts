// SPDX-License-Identifier: Apache-2.0
// The document: what is refused and where, its canonical form, the published schema, and the
// agreements that come with the repository.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { agreementJsonSchema, canonicalAgreement, parseAgreement } from './agreement.ts';
import { ReleaseError } from './errors.ts';
import { CLAUSE } from './fixtures.ts';

const ROOT = join(import.meta.dirname, '../../..');

const GOOD = {
  name: 'test',
  version: 1,
  parties: ['west', 'east'],
  mode: 'exercise',
  validity: { from: '2012-01-01T00:00:00Z', until: '2013-01-01T00:00:00Z' },
  onwardRelease: 'never',
  clauses: [CLAUSE],
};

function refusal(value: unknown): { code: string; path: string } {
  try {
    parseAgreement(value);
  } catch (error) {
    if (error instanceof ReleaseError) return { code: error.code, path: error.path };
    throw error;
  }
  throw new Error('the document was accepted');
}

const withClause = (change: object): unknown => ({ ...GOOD, clauses: [{ ...CLAUSE, ...change }] });
const second = (change: object): unknown => ({
  ...GOOD,
  clauses: [
    { ...CLAUSE, ...change },
    { ...CLAUSE, id: 'second', ...change },
  ],
});

describe('an agreement', () => {
  test('R-10: a field that is unknown, missing, mistyped or out of range is refused at its place', () => {
    expect(refusal({ ...GOOD, launchAuthority: 'west' })).toEqual({
      code: 'schema',
      path: '/launchAuthority',
    });
    expect(refusal(withClause({ tickS: 0 }))).toEqual({ code: 'schema', path: '/clauses/0/tickS' });
    expect(refusal(withClause({ level: 'everything' })).path).toBe('/clauses/0/level');
    expect(refusal(withClause({ extra: 1 })).path).toBe('/clauses/0/extra');
    expect(refusal({ ...GOOD, mode: 'both' }).path).toBe('/mode');
    expect(refusal({ ...GOOD, onwardRelease: 'always' }).path).toBe('/onwardRelease');
    expect(refusal({ ...GOOD, clauses: undefined }).code).toBe('schema');
    expect(refusal(null)).toEqual({ code: 'schema', path: '' });
    expect(refusal(JSON.parse(`{"__proto__":{"a":1},${JSON.stringify(GOOD).slice(1)}`)).code).toBe(
      'schema',
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test('R-11: two writings of one agreement have one canonical form, and it survives a round trip', () => {
    const agreement = parseAgreement(GOOD);
    const turned = parseAgreement(Object.fromEntries(Object.entries(GOOD).reverse()));
    expect(canonicalAgreement(turned)).toBe(canonicalAgreement(agreement));
    expect(parseAgreement(JSON.parse(canonicalAgreement(agreement)))).toEqual(agreement);
    expect(canonicalAgreement(agreement)).toMatch(/^\{"clauses":\[\{"category":"launch",/);
  });

  test('R-11: what is no JSON has no canonical form', () => {
    expect(() => canonicalAgreement(undefined as never)).toThrow(ReleaseError);
  });

  test('R-11: what was parsed is a copy of its own that cannot be changed', () => {
    const document = structuredClone(GOOD);
    const agreement = parseAgreement(document);
    document.mode = 'live';
    expect(agreement.mode).toBe('exercise');
    expect(Object.isFrozen(agreement.clauses[0])).toBe(true);
  });

  test('R-12: a date that does not exist, or an end before its beginning, is refused', () => {
    const validity = (from: string, until: string): unknown => ({
      ...GOOD,
      validity: { from, until },
    });
    expect(refusal(validity('2012-02-30T00:00:00Z', '2013-01-01T00:00:00Z'))).toEqual({
      code: 'validity',
      path: '/validity/from',
    });
    expect(refusal(validity('2012-13-01T00:00:00Z', '2013-01-01T00:00:00Z')).code).toBe('validity');
    expect(refusal(validity('2013-01-01T00:00:00Z', '2013-01-01T00:00:00Z'))).toEqual({
      code: 'validity',
      path: '/validity/until',
    });
    expect(refusal(validity('2013-01-01T00:00:00+03:00', '2014-01-01T00:00:00Z')).code).toBe(
      'schema',
    );
  });

  test('R-13: a clause names the two parties, one giving to the other', () => {
    expect(refusal(withClause({ from: 'north' }))).toEqual({
      code: 'unknown-party',
      path: '/clauses/0/from',
    });
    expect(refusal(withClause({ to: 'west' })).path).toBe('/clauses/0/to');
    expect(refusal({ ...GOOD, parties: ['west', 'west'] }).code).toBe('schema');
  });

  test('R-14: two clauses that could cover one item are refused; disjoint regions are not', () => {
    expect(refusal({ ...GOOD, clauses: [CLAUSE, CLAUSE] })).toEqual({
      code: 'duplicate-id',
      path: '/clauses/1/id',
    });
    expect(refusal(second({})).code).toBe('overlap');
    const box = (westDeg: number, eastDeg: number) => ({
      kind: 'box',
      southDeg: 0,
      northDeg: 10,
      westDeg,
      eastDeg,
    });
    const circle = (longitudeDeg: number) => ({
      kind: 'circle',
      latitudeDeg: 0,
      longitudeDeg,
      radiusKm: 500,
    });
    const pair = (one: object, two: object): unknown => ({
      ...GOOD,
      clauses: [
        { ...CLAUSE, region: one },
        { ...CLAUSE, id: 'second', region: two },
      ],
    });
    expect(refusal(pair(box(170, -170), box(175, 178))).code).toBe('overlap');
    expect(refusal(pair(box(0, 20), box(-180, 180))).code).toBe('overlap');
    expect(refusal(pair(box(0, 20), circle(90))).code).toBe('overlap');
    expect(refusal(pair(circle(0), circle(8))).code).toBe('overlap');
    expect(() => parseAgreement(pair(box(170, -170), box(-160, 160)))).not.toThrow();
    expect(() => parseAgreement(pair(circle(0), circle(10)))).not.toThrow();
    const north = { ...box(0, 20), southDeg: 11, northDeg: 20 };
    expect(() => parseAgreement(pair(box(0, 20), north))).not.toThrow();
    const other = { ...CLAUSE, id: 'second', category: 'aircraft' };
    expect(() => parseAgreement({ ...GOOD, clauses: [CLAUSE, other] })).not.toThrow();
  });

  test('R-15: no grid on tracklets, no states at ticks over a minute, no box upside down', () => {
    expect(refusal(withClause({ gridKm: { report: 10, track: 1, tracklet: 1 } }))).toEqual({
      code: 'schema',
      path: '/clauses/0/gridKm/tracklet',
    });
    expect(refusal(withClause({ tickS: 61 }))).toEqual({
      code: 'contradiction',
      path: '/clauses/0/tickS',
    });
    expect(() => parseAgreement(withClause({ tickS: 61, level: 'report' }))).not.toThrow();
    const region = { kind: 'box', southDeg: 10, northDeg: 0, westDeg: 0, eastDeg: 10 };
    expect(refusal(withClause({ region })).path).toBe('/clauses/0/region/northDeg');
  });

  test('R-16: the published JSON Schema is the one the gate checks with', async () => {
    const text = `${JSON.stringify(agreementJsonSchema(), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot(join(ROOT, 'schemas/agreement.schema.json'));
  });

  test('R-10: the agreements of the repository are agreements', () => {
    const files = readdirSync(join(ROOT, 'agreements')).filter((file) => file.endsWith('.yaml'));
    expect(files.length).toBeGreaterThanOrEqual(2);
    for (const file of files) {
      const agreement = parseAgreement(
        parseYaml(readFileSync(join(ROOT, 'agreements', file), 'utf8')),
      );
      expect(agreement.mode).toBe('exercise');
      const { clauses, duties } = agreement;
      // Launches both ways, or notices both ways and nothing on the link.
      const notices = new Set((duties?.notices ?? []).map(({ from }) => from));
      const given = clauses.map(({ category }) => category);
      expect([given, notices.size]).toEqual(notices.size > 0 ? [[], 2] : [['launch', 'launch'], 0]);
    }
  });
});

describe('R-17: a coverage clause', () => {
  const coverage = {
    id: 'gulf',
    from: 'west',
    to: 'east',
    region: { kind: 'circle', latitudeDeg: 20, longitudeDeg: 62, radiusKm: 300 },
    objectClasses: ['medium-range'],
    everyS: 600,
  };
  const withCoverage = (...changes: readonly object[]): unknown => ({
    ...GOOD,
    coverage: changes.map((change) => ({ ...coverage, ...change })),
  });

  test('has a name of its own, a region, classes and a period', () => {
    expect(parseAgreement(withCoverage({}, { id: 'sea' })).coverage).toHaveLength(2);
    expect(refusal(withCoverage({ id: CLAUSE.id }))).toEqual({
      code: 'duplicate-id',
      path: '/coverage/0/id',
    });
    expect(refusal(withCoverage({}, {}))).toEqual({ code: 'duplicate-id', path: '/coverage/1/id' });
    expect(refusal(withCoverage({ region: undefined })).code).toBe('schema');
    expect(refusal(withCoverage({ objectClasses: [] })).path).toBe('/coverage/0/objectClasses');
    expect(refusal(withCoverage({ objectClasses: ['rocket'] })).code).toBe('schema');
    expect(refusal(withCoverage({ everyS: 59 })).path).toBe('/coverage/0/everyS');
    expect(refusal(withCoverage({ sensor: 'gabala' })).path).toBe('/coverage/0/sensor');
  });

  test('names one party giving to the other, and a region that is not turned over', () => {
    expect(refusal(withCoverage({ to: 'north' })).path).toBe('/coverage/0/to');
    expect(refusal(withCoverage({ to: 'west' })).code).toBe('unknown-party');
    const region = { kind: 'box', southDeg: 5, northDeg: 5, westDeg: 0, eastDeg: 1 };
    expect(refusal(withCoverage({ region }))).toEqual({
      code: 'contradiction',
      path: '/coverage/0/region/northDeg',
    });
  });

  test('leaves an agreement without any as it was: the same text, and so the same hash', () => {
    expect(canonicalAgreement(parseAgreement(GOOD))).not.toContain('coverage');
  });
});
