// SPDX-License-Identifier: Apache-2.0
// A gate with tracks in its memory and a supply of drafts for it, made up for measurements: states
// of bodies at 400 km, under one clause that gives everything every second.

import {
  addSeconds,
  ecefFromGeodetic,
  geodeticFromDegrees,
  type Instant,
  instantFromIso,
} from '@isthmus/earth';
import type { Estimate } from '@isthmus/picture';
import {
  type Agreement,
  createMemory,
  type Draft,
  decide,
  type Policy,
  parseAgreement,
  parsePolicySource,
  type Released,
  type Terms,
} from '@isthmus/release';
import { createCedarPolicy } from '@isthmus/release/adapters';

const START = instantFromIso('2012-06-01T12:00:00Z');

/** Hash of the agreement of every measurement; only its length matters here. */
export const AGREEMENT_HASH = '5a'.repeat(32);

const CLAUSE = {
  id: 'west-launches',
  from: 'west',
  to: 'east',
  category: 'launch',
  level: 'tracklet',
  impactRegions: true,
  tickS: 1,
  gridKm: { report: 10, track: 1 },
  delayS: 0,
  looksATracklet: 4,
};

const AGREEMENT = agreementOf([CLAUSE]);

function agreementOf(clauses: readonly unknown[], coverage: readonly unknown[] = []): Agreement {
  return parseAgreement({
    name: 'bench',
    version: 1,
    parties: ['west', 'east'],
    mode: 'exercise',
    validity: { from: '2012-01-01T00:00:00Z', until: '2033-01-01T00:00:00Z' },
    onwardRelease: 'never',
    clauses,
    coverage,
  });
}

/**
 * An agreement of a hundred clauses, as many of events as one may have: strips of longitude, in which
 * every draft lies in one, and coverage reports of small regions.
 */
export function agreementOf100(): Agreement {
  const strips = Array.from({ length: 60 }, (_, k) => {
    const westDeg = k === 0 ? -180 : -180 + 6 * k + 0.5;
    const eastDeg = k === 59 ? 179.9 : -180 + 6 * (k + 1) + 0.4;
    const region = { kind: 'box', southDeg: -90, northDeg: 90, westDeg, eastDeg };
    return { ...CLAUSE, id: `strip-${k}`, region };
  });
  const others = ['space-object', 'aircraft'].flatMap((category) => [
    { ...CLAUSE, id: `west-${category}`, category },
    { ...CLAUSE, id: `east-${category}`, category, from: 'east', to: 'west' },
  ]);
  const coverage = Array.from({ length: 36 }, (_, k) => ({
    id: `watch-${k}`,
    from: 'west',
    to: 'east',
    region: { kind: 'circle', latitudeDeg: 20, longitudeDeg: 5 * k, radiusKm: 300 },
    objectClasses: ['medium-range'],
    everyS: 600,
  }));
  return agreementOf([...strips, ...others], coverage);
}

/**
 * A hundred policies of one side within an agreement: one that permits, and for the strips of
 * `agreementOf100` those that forbid what is not asked for here.
 */
export function policyOf100(agreement: Agreement, version: number): Policy {
  const forbidden = Array.from({ length: 99 }, (_, k) => {
    const where = `context.clause == Clause::"strip-${k % 60}" && context.state == State::"boost"`;
    return `@id("no-${k}") forbid (principal, action, resource) when { ${where} };`;
  });
  const text = ['@id("all") permit (principal, action, resource);', ...forbidden].join('\n');
  const source = parsePolicySource({ files: [{ name: 'bench.cedar', text }], regions: {} });
  return createCedarPolicy(source, agreement, version.toString(16).padStart(64, '0'));
}

/** Identifiers are looked up as a node does after the first time, so that the gate is measured. */
function termsFor(
  tracks: number,
  { agreement, from, to }: Pick<Terms, 'agreement' | 'from' | 'to'>,
): Terms {
  const known = new Map<string, string>();
  for (let i = 0; i < tracks; i += 1) {
    known.set(`t${i}`, (2 * i).toString(16).padStart(32, '0'));
    known.set(`e${i}`, (2 * i + 1).toString(16).padStart(32, '0'));
  }
  const identify = (id: string): string => known.get(id) ?? '';
  return {
    agreement,
    from,
    to,
    agreementHash: AGREEMENT_HASH,
    identify,
  };
}

/** One released item a call, of each track in turn, one second later each round. */
export interface ReleaseSource {
  next(): Released;
  /** From here on under this policy, and terms that were never used before, equal in all they say. */
  renew(policy?: Policy): void;
}

/** A source whose gate remembers every one of `tracks` tracks, from `start` on. */
export function releaseSource(
  tracks: number,
  {
    start = START,
    agreementHash = AGREEMENT_HASH,
    agreement = AGREEMENT,
    from = 'west',
    to = 'east',
  } = {},
): ReleaseSource {
  let terms: Terms = { ...termsFor(tracks, { agreement, from, to }), agreementHash };
  const drafts = Array.from({ length: tracks }, (_, i) => draftOf(i));
  let memory = createMemory();
  let asked = 0;
  const next = (): Released => {
    const i = asked % tracks;
    const now = addSeconds(start, Math.floor(asked / tracks));
    asked += 1;
    const decision = decide(memory, (drafts[i] as DraftAt)(now), terms, now);
    if (decision.outcome !== 'release') throw new Error(`the gate said ${decision.outcome}`);
    memory = decision.memory;
    return decision.released;
  };
  for (let i = 0; i < tracks; i += 1) next();
  const renew = (policy?: Policy): void => {
    const given = policy === undefined ? {} : { policy };
    terms = { ...terms, agreement: parseAgreement(terms.agreement), ...given };
  };
  return { next, renew };
}

type DraftAt = (now: Instant) => Draft;

function draftOf(i: number): DraftAt {
  const region = geodeticFromDegrees((i % 120) - 60, (i * 7) % 180, 400_000);
  const state = [...ecefFromGeodetic(region), -1234.56789, 2345.6789, 3000.1234];
  const covariance = Array.from({ length: 21 }, (_, k) => DIAGONAL.get(k) ?? 0);
  return (now) => {
    const estimate: Estimate = { time: now, state, covariance };
    return {
      item: {
        kind: 'track',
        track: `t${i}`,
        // Four bodies a launch.
        event: `e${i >> 2}`,
        source: 'radar',
        phase: 'coast',
        looks: 9,
        estimate,
      },
      category: 'launch',
      region,
      current: null,
      mode: 'exercise',
    };
  };
}

/** Places of the diagonal in the upper triangle of a covariance: 100 m and 10 m/s. */
const DIAGONAL = new Map([
  [0, 1e4],
  [6, 1e4],
  [11, 1e4],
  [15, 100],
  [18, 100],
  [20, 100],
]);
