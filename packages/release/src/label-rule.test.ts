// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { ReleaseError } from './errors.ts';
import { agreementOf, CLAUSE, draftOf, NOW, REPORT, termsOf } from './fixtures.ts';
import { decide, releaseDue } from './gate.ts';
import { createMemory } from './memory.ts';

const LABELS = [
  { west: 'W-CONFIDENTIAL', east: 'E-2' },
  { west: 'W-SECRET', east: 'E-3' },
];
const marked = agreementOf([CLAUSE], { labels: LABELS });

function outcomeOf(label: string | undefined, agreement = marked) {
  const draft = draftOf(REPORT, label === undefined ? {} : { label });
  const decision = decide(createMemory(), draft, termsOf(agreement), NOW);
  if (decision.outcome === 'release') return decision.released.label;
  return decision.outcome === 'withhold' ? decision.reasons.map(({ code }) => code) : 'not due';
}

test('R-55 what goes bears the receiver’s equal; no equal, no release', () => {
  expect(outcomeOf('W-SECRET')).toBe('E-3');
  expect(outcomeOf('W-CONFIDENTIAL')).toBe('E-2');
  expect(outcomeOf('W-TOP')).toEqual(['no-equal-label']);
  // The receiver's own word is none of ours.
  expect(outcomeOf('E-2')).toEqual(['no-equal-label']);
  expect(outcomeOf(undefined)).toEqual(['no-label']);
});

test('R-55 without labels in the agreement nothing that is marked goes, and all else as ever', () => {
  const plain = agreementOf([CLAUSE]);
  expect(outcomeOf(undefined, plain)).toBeNull();
  expect(outcomeOf('W-SECRET', plain)).toEqual(['no-equal-label']);
});

test('R-55 a marking stays with what waits for its delay, and a withdrawal needs none', () => {
  const late = termsOf(agreementOf([{ ...CLAUSE, delayS: 5 }], { labels: LABELS }));
  const held = decide(createMemory(), draftOf(REPORT, { label: 'W-SECRET' }), late, NOW);
  const due = releaseDue(held.memory, late, (NOW + 5e6) as typeof NOW);
  expect(due.released.map(({ label }) => label)).toEqual(['E-3']);
  const item = { kind: 'withdrawal', event: 'e1', reason: 'false' } as const;
  const back = decide(due.memory, draftOf(item), late, NOW);
  expect(back.outcome === 'release' && back.released.label).toBeNull();
});

test('R-56 a table that leaves a choice, or names a stranger, is refused', () => {
  for (const [labels, path] of [
    [[{ west: 'A' }], '/labels/0'],
    [[{ west: 'A', east: 'B', north: 'C' }], '/labels/0/north'],
    [
      [
        { west: 'A', east: 'B' },
        { west: 'A', east: 'C' },
      ],
      '/labels/1/west',
    ],
    [
      [
        { west: 'A', east: 'B' },
        { west: 'C', east: 'B' },
      ],
      '/labels/1/east',
    ],
    [[{ west: 'A\n', east: 'B' }], '/labels/0/west'],
  ] as const) {
    let thrown: unknown = null;
    try {
      agreementOf([CLAUSE], { labels });
    } catch (error) {
      thrown = error;
    }
    expect(thrown, path).toBeInstanceOf(ReleaseError);
    expect((thrown as ReleaseError).path).toBe(path);
  }
});
