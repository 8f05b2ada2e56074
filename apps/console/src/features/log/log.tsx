// SPDX-License-Identifier: Apache-2.0
// What happened, in plain words, the newest first: what is seen, warned of, sent, withheld, learned.

import type { FeedNote } from '@isthmus/picture';
import { memo } from 'react';
import { clockTime } from '../../model/words.ts';

/** Shown at once; the rest stands in the node's own log. */
const SHOWN = 120;

export const Log = memo(function Log({
  notes,
}: {
  readonly notes: readonly FeedNote[];
}): React.JSX.Element {
  const shown = notes.slice(-SHOWN);
  return (
    <section className="log" aria-labelledby="log-heading">
      <h2 id="log-heading">What happened</h2>
      {/* A region that scrolls must be reachable by keyboard. */}
      <ol tabIndex={0} aria-labelledby="log-heading">
        {shown.reverse().map((note, i) => (
          <li key={notes.length - i} className={`about-${note.about}`}>
            <time>{clockTime(note.at)}</time>
            <span>{note.text}</span>
          </li>
        ))}
      </ol>
    </section>
  );
});
