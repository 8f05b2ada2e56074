// SPDX-License-Identifier: Apache-2.0
// The colours, once: the style sheet, the globe and the flat map all take them from here. Chosen
// to hold 4.5 : 1 as text on the ground colour, and to differ for red-green colour blindness;
// shape tells the pictures apart where colour cannot.

export const PALETTE = {
  /** The ground of the page and the night of the globe. */
  ground: '#070b11',
  panel: '#0d141d',
  raised: '#14202d',
  line: '#22313f',
  text: '#dbe6f0',
  muted: '#93a7ba',
  /** Own sensors alone. */
  own: '#4cc9f0',
  /** The partner's word. */
  partner: '#d291ff',
  /** Own and partner together. */
  system: '#f4f7fa',
  /** Where something may come down. */
  impact: '#ff9f45',
  /** Where something rose. */
  launch: '#7bd88f',
  coverage: '#3a6f8f',
  alarm: '#ff6b6b',
  caution: '#ffc857',
  good: '#7bd88f',
  /** The banner: each mode has a colour that the other never shows. */
  exercise: '#2f6fed',
  live: '#c81e3a',
} as const;
