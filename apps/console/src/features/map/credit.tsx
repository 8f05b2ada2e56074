// SPDX-License-Identifier: Apache-2.0
// Whose outlines and pictures a map is made from, in a corner of it.

import type { CSSProperties } from 'react';
import { PALETTE } from '../../model/palette.ts';

const CREDIT: CSSProperties = {
  position: 'absolute',
  right: 8,
  bottom: 5,
  font: '10px/1.2 system-ui, sans-serif',
  color: PALETTE.muted,
  pointerEvents: 'none',
};

export function Credit({ sources }: { readonly sources: string }): React.JSX.Element {
  return <div style={CREDIT}>{sources} · borders are indicative only</div>;
}
