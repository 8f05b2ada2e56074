// SPDX-License-Identifier: Apache-2.0
// The signs on the map: shape says whose it is, colour says it again.

import { memo } from 'react';
import { useNames } from '../../app/use-feed.ts';
import { PALETTE } from '../../model/palette.ts';
import { titled } from '../../model/words.ts';

export const Legend = memo(function Legend(): React.JSX.Element {
  const { side, partner } = useNames();
  return (
    <ul className="legend" aria-label="Signs on the map">
      <li>
        <Sign>
          <circle cx="9" cy="9" r="4.5" fill={PALETTE.own} />
        </Sign>
        {titled(side)}, own sensors
      </li>
      <li>
        <Sign>
          <path d="M9 3 15 9 9 15 3 9Z" fill="none" stroke={PALETTE.partner} strokeWidth="2" />
        </Sign>
        {titled(partner)}&rsquo;s word
      </li>
      <li>
        <Sign>
          <path
            d="M3 7V3h4M11 3h4v4M15 11v4h-4M7 15H3v-4"
            fill="none"
            stroke={PALETTE.system}
            strokeWidth="2"
          />
        </Sign>
        both together
      </li>
      <li>
        <Sign>
          <path d="M1 9h16" stroke={PALETTE.text} strokeWidth="2" strokeDasharray="4 3" />
        </Sign>
        path expected
      </li>
      <li>
        <Sign>
          <ellipse
            cx="9"
            cy="9"
            rx="7.5"
            ry="5"
            fill={`${PALETTE.impact}55`}
            stroke={PALETTE.impact}
          />
        </Sign>
        may come down here
      </li>
      <li>
        <Sign>
          <path
            d="M9 16 3 4a13 13 0 0 1 12 0Z"
            fill={`${PALETTE.coverage}55`}
            stroke={PALETTE.coverage}
          />
        </Sign>
        own radar, at 500 km height
      </li>
    </ul>
  );
});

function Sign({ children }: { readonly children: React.ReactNode }): React.JSX.Element {
  return (
    <svg viewBox="0 0 18 18" aria-hidden="true">
      {children}
    </svg>
  );
}
