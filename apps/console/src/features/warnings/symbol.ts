// SPDX-License-Identifier: Apache-2.0
// The military symbol of what is warned of. Frame and colour say "unknown": the system judges what
// flies, never whose it is, and the standard's exercise frame for a foe would read as a friend.

import ms from 'milsymbol';

/** Symbol identification codes after MIL-STD-2525D / APP-6D: version, context, identity, set, entity. */
const CODES = {
  /** Air, missile; modifier 06: ballistic. */
  missile: '10010200001100000600',
  /** Space, space launch vehicle. */
  'space launch': '10010500001117000000',
  /** Air, missile, kind not given: it may be a sounding rocket. */
  'suborbital rocket': '10010200001100000000',
  /** Air, kind not given. */
  undetermined: '10010200001100000000',
} as const;

const made = new Map<string, string>();

/** The symbol as the address of a picture, which the content security policy admits. */
export function symbolOf(assessment: keyof typeof CODES): string {
  const known = made.get(assessment);
  if (known !== undefined) return known;
  const symbol = new ms.Symbol(CODES[assessment], {
    size: 32,
    outlineWidth: 3,
    outlineColor: '#070b11',
  });
  const address = `data:image/svg+xml;utf8,${encodeURIComponent(symbol.asSVG())}`;
  made.set(assessment, address);
  return address;
}
