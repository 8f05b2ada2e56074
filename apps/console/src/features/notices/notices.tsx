// SPDX-License-Identifier: Apache-2.0
// The launches that were announced to this side: when each may come, and what became of it. Folded
// away until somebody asks; nothing is shown where nothing was announced.

import type { NoticeStanding } from '@isthmus/picture';
import { memo } from 'react';
import { standingWords, windowWords } from '../../model/notices.ts';

export const Notices = memo(function Notices({
  notices,
}: {
  readonly notices: readonly NoticeStanding[];
}): React.JSX.Element | null {
  if (notices.length === 0) return null;
  const open = notices.filter(({ answer }) => answer === 'window open').length;
  return (
    <details className="notices" data-testid="notices">
      <summary>
        Announced launches <span className="count">{notices.length}</span>
        {open === 0 ? null : <span className="note"> {open} may come now</span>}
      </summary>
      <ul>
        {notices.map((one) => (
          <li key={one.notice} className={`answer-${one.answer.replaceAll(' ', '-')}`}>
            <strong>{one.notice}</strong> <span className="note">{one.from}</span>
            <span>{standingWords(one)}</span>
            <span className="note">{windowWords(one)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
});
