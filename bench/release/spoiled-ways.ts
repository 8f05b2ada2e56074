// SPDX-License-Identifier: Apache-2.0
// Gates and encoders that each give away one thing more than the agreement does. The judge of the
// leak matrix must find every one of them.

import type { Item } from '@isthmus/picture';
import { type Clause, type Draft, decide, type Terms } from '@isthmus/release';
import { SHIPPED_WAY, type Way } from './leak-matrix.ts';

function asking(change: (terms: Terms, draft: Draft) => { terms?: Terms; draft?: Draft }): Way {
  return {
    ...SHIPPED_WAY,
    decide: (memory, draft, terms, now) => {
      const asked = { terms, draft, ...change(terms, draft) };
      return decide(memory, asked.draft, asked.terms, now);
    },
  };
}

function withClauses(change: (clause: Clause) => Clause): Way {
  return asking((terms) => {
    const { agreement } = terms;
    return {
      terms: { ...terms, agreement: { ...agreement, clauses: agreement.clauses.map(change) } },
    };
  });
}

function withAgreement(change: Partial<Terms['agreement']>): Way {
  return asking((terms) => ({ terms: { ...terms, agreement: { ...terms.agreement, ...change } } }));
}

function writing(change: (bytes: Uint8Array, item: Item) => Uint8Array): Way {
  return {
    ...SHIPPED_WAY,
    bytesOf: (released, draft) => change(SHIPPED_WAY.bytesOf(released, draft), draft.item),
  };
}

function without(clause: Clause, field: keyof Clause): Clause {
  return Object.fromEntries(Object.entries(clause).filter(([name]) => name !== field)) as Clause;
}

export const SPOILED_WAYS: Readonly<Record<string, Way>> = {
  'impact regions where none are given': withClauses((clause) => ({
    ...clause,
    impactRegions: true,
  })),
  'a higher level': withClauses((clause) => ({ ...clause, level: 'plot' })),
  'a finer grid for reports': withClauses((clause) => ({
    ...clause,
    gridKm: { ...clause.gridKm, report: 1 },
  })),
  'a finer grid for tracks': withClauses((clause) => ({
    ...clause,
    gridKm: { ...clause.gridKm, track: 1 },
  })),
  'no grid for tracks': withClauses((clause) => ({
    ...clause,
    gridKm: { ...clause.gridKm, track: 0 },
  })),
  'a finer tick': withClauses((clause) => ({ ...clause, tickS: 1 })),
  'no accuracy floor': withClauses((clause) => ({
    ...clause,
    accuracyFloor: { positionM: 0, velocityMps: 0 },
  })),
  everywhere: withClauses((clause) => without(clause, 'region')),
  'to either side': withClauses((clause) => ({ ...clause, from: 'east', to: 'west' })),
  'to anyone': asking((terms) => ({ terms: { ...terms, from: 'west', to: 'east' } })),
  'of whatever mode': asking((terms, draft) => ({
    draft: { ...draft, mode: terms.agreement.mode },
  })),
  'what is undetermined': asking((_, draft) => ({
    draft: { ...draft, category: draft.category === 'undetermined' ? 'launch' : draft.category },
  })),
  'before and after': withAgreement({
    validity: { from: '1990-01-01T00:00:00Z', until: '2090-01-01T00:00:00Z' },
  }),
  'under another agreement': asking((terms) => ({
    terms: { ...terms, agreementHash: 'ee'.repeat(32) },
  })),
  'names of its own': asking((terms) => ({
    terms: { ...terms, identify: (id) => Buffer.from(id.padEnd(16)).toString('hex').slice(0, 32) },
  })),
  'a field nobody knows': writing((bytes) => Uint8Array.of(...bytes, 15 << 3, 1)),
  'a second encoding of a number': writing((bytes) => {
    // The last byte of the moment of release, made two.
    const at = bytes.indexOf(3 << 3, 34);
    const end = bytes.findIndex((byte, i) => i > at && byte < 128);
    return Uint8Array.of(
      ...bytes.subarray(0, end),
      (bytes[end] ?? 0) | 128,
      0,
      ...bytes.subarray(end + 1),
    );
  }),
};
