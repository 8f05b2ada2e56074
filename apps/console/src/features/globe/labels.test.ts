// SPDX-License-Identifier: Apache-2.0
import { geodeticFromDegrees } from '@isthmus/earth';
import { describe, expect, test } from 'vitest';
import type { Layers, Mark } from '../../model/layers.ts';
import { labelsOf } from './labels.ts';

function mark(key: string, change: Partial<Mark> = {}): Mark {
  return {
    key,
    picture: 'own',
    weight: 'threat',
    phase: 'coast',
    point: geodeticFromDegrees(30, 40, 706_400),
    label: 'A-1',
    stale: false,
    selected: false,
    ...change,
  };
}

function withMarks(...marks: readonly Mark[]): Layers {
  return { marks, tracks: [], regions: [], coverages: [] };
}

describe('labels', () => {
  test('A quiet mark has a label only while it is selected', () => {
    const quiet = mark('q', { weight: 'quiet' });
    expect(labelsOf(withMarks(quiet), 'shown')).toEqual([]);
    expect(labelsOf(withMarks({ ...quiet, selected: true }), 'shown')).toHaveLength(1);
  });

  test('A map that cannot show height writes it, unless the label tells it already', () => {
    const text = (given: Mark): string | undefined =>
      labelsOf(withMarks(given), 'written')[0]?.text;
    expect(text(mark('a'))).toBe('A-1 · 706 km');
    expect(text(mark('a', { label: 'A-1 · 700 km' }))).toBe('A-1 · 700 km');
    expect(labelsOf(withMarks(mark('a')), 'shown')[0]?.text).toBe('A-1');
  });

  test('Of hundreds of threats sixty are labelled, the selected one among them', () => {
    const marks = Array.from({ length: 300 }, (_, i) => mark(`m${i}`, { selected: i === 299 }));
    const labels = labelsOf(withMarks(...marks), 'shown');
    expect(labels).toHaveLength(60);
    expect(labels.some(({ key, must }) => key === 'm299' && must)).toBe(true);
  });

  test('The selected object comes before all, both sides together before either', () => {
    const labels = labelsOf(
      withMarks(
        mark('own'),
        mark('partner', { picture: 'partner' }),
        mark('system', { picture: 'system' }),
        mark('chosen', { picture: 'partner', selected: true }),
      ),
      'shown',
    );
    const order = [...labels].sort((a, b) => b.priority - a.priority).map(({ key }) => key);
    expect(order).toEqual(['chosen', 'system', 'own', 'partner']);
  });
});
