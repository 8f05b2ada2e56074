// SPDX-License-Identifier: Apache-2.0
// The look in one place: Mantine's theme from our palette, and the palette as custom properties for
// the style sheet. The fonts are the machine's own, since nothing is fetched.

import { createTheme, type MantineColorsTuple } from '@mantine/core';
import { PALETTE } from '../model/palette.ts';

const DARK: MantineColorsTuple = [
  PALETTE.text,
  '#c4d2df',
  PALETTE.muted,
  '#5f7488',
  '#2d3f50',
  PALETTE.line,
  PALETTE.raised,
  PALETTE.panel,
  PALETTE.ground,
  '#04070b',
];

export const theme = createTheme({
  fontFamily: 'Inter, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", system-ui, sans-serif',
  fontFamilyMonospace: '"JetBrains Mono", "SF Mono", Consolas, "DejaVu Sans Mono", monospace',
  colors: { dark: DARK },
  primaryColor: 'cyan',
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
});

/** Gives the style sheet the palette as `--c-NAME`. */
export function setColours(element: HTMLElement): void {
  for (const [name, value] of Object.entries(PALETTE)) {
    element.style.setProperty(`--c-${name}`, value);
  }
}
