// SPDX-License-Identifier: Apache-2.0
// The demonstration in plain words: one line for each thing that a side sees, warns of, sends,
// withholds or learns, with the seconds since lift-off (or since the start, where nothing lifts off).

import { type Instant, secondsBetween } from '@isthmus/earth';
import type { FeedNote } from '@isthmus/picture';

const COLOURS: Record<string, string> = {
  sees: '36',
  warns: '33',
  sends: '32',
  withholds: '35',
  learns: '34',
  link: '90',
  system: '90',
};

/** Writes notes to `out`, in colour where it is a terminal. */
export function createNarrator(options: {
  readonly liftoff: Instant;
  readonly sides: readonly string[];
  readonly out: NodeJS.WriteStream;
}): (side: string, note: FeedNote) => void {
  const width = Math.max(...options.sides.map((side) => side.length));
  return (side, note) => {
    const seconds = secondsBetween(options.liftoff, note.at);
    const sign = seconds < 0 ? '-' : '+';
    const clock = `T${sign}${String(Math.abs(Math.round(seconds))).padStart(4, '0')}`;
    const about = note.about.padEnd(9);
    const word = options.out.isTTY ? `\u001b[${COLOURS[note.about]}m${about}\u001b[0m` : about;
    const name = side.toUpperCase().padEnd(width);
    options.out.write(`${clock}  ${name}  ${word}  ${note.text}\n`);
  };
}
