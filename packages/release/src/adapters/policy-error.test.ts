// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { refusalOf } from './policy-error.ts';

const FILE = {
  name: 'a.cedar',
  text: '// eins\n// zwölf\npermit (principal, action, resource);\n',
};

test('what is wrong is said with the line of its first place, counted in bytes', () => {
  const start = Buffer.from('// eins\n// zwölf\n').length;
  const at = { label: null, start, end: start + 6 };
  const said = refusalOf(FILE, 0, [
    { message: 'for policy `p`: it is none', help: 'begin anew', sourceLocations: [at] },
    { message: 'another', help: null, sourceLocations: [] },
  ]);
  expect(said).toMatchObject({
    line: 3,
    file: 'a.cedar',
    message: 'a.cedar:3: it is none (begin anew)',
  });
});

test.each([[undefined], [[]]])('without a place it is said of where the text begins', (places) => {
  const message = 'too deep';
  const error = {
    message,
    help: null,
    ...(places === undefined ? {} : { sourceLocations: places }),
  };
  const offset = FILE.text.indexOf('permit');
  expect(refusalOf(FILE, offset, [error]).message).toBe('a.cedar:3: too deep');
});
