// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { Progress } from './progress.ts';

function watched(isTTY: boolean): {
  readonly bar: Progress;
  readonly drawn: string[];
  at: (ms: number) => void;
} {
  const drawn: string[] = [];
  let now = 0;
  const bar = new Progress({ isTTY, write: (text) => drawn.push(text) }, 200, () => now);
  return {
    bar,
    drawn,
    at: (ms) => {
      now = ms;
    },
  };
}

test('nothing is drawn where it is no terminal, nor for what is done within two seconds', () => {
  const pipe = watched(false);
  pipe.at(5000);
  pipe.bar.tell(100, 'plots');
  pipe.bar.end();
  const quick = watched(true);
  quick.at(1999);
  quick.bar.tell(100, 'plots');
  quick.bar.end();
  expect([pipe.drawn, quick.drawn]).toEqual([[], []]);
});

test('a terminal sees the share that is done, ten times a second at most, and at the end nothing', () => {
  const { bar, drawn, at } = watched(true);
  at(2000);
  bar.tell(100, '100 plots');
  at(2050);
  bar.tell(120, '120 plots');
  at(2100);
  bar.tell(200, '200 plots');
  bar.end();
  expect(drawn).toHaveLength(3);
  expect(drawn[0]).toContain(`${'█'.repeat(15)}${'░'.repeat(15)}  50 %  100 plots`);
  expect(drawn[1]).toContain('100 %  200 plots');
  expect(drawn[2]).toBe('\r\u001b[K');
});
