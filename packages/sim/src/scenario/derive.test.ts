// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { baseOf, deriveScenario } from './derive.ts';
import { readyMade } from './fixture.ts';
import { parseScenario } from './parse.ts';

test('a document with a base is the base with its own fields and changes, and the base stays as it was', () => {
  const base = readyMade('black-sea');
  const before = JSON.stringify(base);
  const changes = [{ at: '/sides/west/sensors/kurecik/limits/rangeMaxKm', to: 1000 }];
  const whole = parseScenario(deriveScenario({ base: 'black-sea', name: 'other', changes }, base));
  const kurecik = whole.sides.west.sensors.find(({ id }) => id === 'kurecik');
  expect(kurecik?.kind === 'radar' && kurecik.limits.rangeMaxKm).toBe(1000);
  expect(whole.name).toBe('other');
  expect(whole.launches).toEqual(parseScenario(base).launches);
  expect(JSON.stringify(base)).toBe(before);
});

test('a document without a base stands alone, and a base that is no name is refused', () => {
  expect(baseOf({ name: 'a' })).toBeNull();
  expect(() => baseOf({ base: 5 })).toThrow(
    expect.objectContaining({ code: 'bad-document', path: '/base' }),
  );
});

test.each([
  [[{ at: '/sides/west/sensors/kiruna/site', to: 1 }], '/changes/0/at', /no "kiruna".*fylingdales/],
  [[{ at: '/colour', to: 1 }], '/changes/0/at', /no "colour" at the top/],
  [[{ at: 'title', to: 1 }], '/changes/0/at', /pattern/],
  [[{ at: '/title' }], '/changes/0', /required/],
  ['everything', '/changes', /array/],
])('changes %j are refused where they are wrong', (changes, path, says) => {
  const derive = (): unknown => deriveScenario({ base: 'x', changes }, readyMade('black-sea'));
  expect(derive).toThrow(expect.objectContaining({ code: 'bad-document', path }));
  expect(derive).toThrow(says);
});
