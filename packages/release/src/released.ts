// SPDX-License-Identifier: Apache-2.0
// The first of the three tokens of the border: proof that the gate let an item go. Only the gate
// mints it; `wire` encodes nothing else. See spec/release.md, R-2.

import type { Instant } from '@isthmus/earth';
import type { Item } from '@isthmus/picture';

/** Known to this module alone: without it the constructor refuses, also when reached by reflection. */
const MINT = Symbol('mint');

export interface ReleasedContent {
  readonly item: Item;
  readonly clause: string;
  readonly agreementHash: string;
  readonly at: Instant;
  readonly label: string | null;
}

let mint: (content: ReleasedContent) => Released;

/**
 * An item the gate released: identifiers of the agreement, coarsened, in the units of the wire.
 *
 * The class is opaque: its private field makes it nominal, so that no literal and no copy is a
 * `Released`, and its constructor wants a symbol that never leaves this module.
 */
class Released {
  readonly #content: ReleasedContent;

  private constructor(key: symbol, content: ReleasedContent) {
    if (key !== MINT) throw new TypeError('only the gate mints what is released');
    this.#content = content;
    Object.freeze(this);
  }

  static {
    mint = (content) => new Released(MINT, content);
  }

  /** The item as the partner will decode it, bit for bit. */
  get item(): Item {
    return this.#content.item;
  }

  /** The clause it was released under. */
  get clause(): string {
    return this.#content.clause;
  }

  /** SHA-256 of the canonical agreement, 64 hex digits. */
  get agreementHash(): string {
    return this.#content.agreementHash;
  }

  /** The receiver's marking of the item; null where the agreement names none. */
  get label(): string | null {
    return this.#content.label;
  }

  /** When the gate let it go, floored to the clause's tick. */
  get at(): Instant {
    return this.#content.at;
  }
}

/** Mints a token; for the gate alone, never exported from the package. */
export function mintReleased(content: ReleasedContent): Released {
  return mint(deepFreeze(content));
}

export type { Released };

/** What is decided cannot be changed between the gate and the wire. */
function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    for (const inner of Object.values(value)) deepFreeze(inner);
    Object.freeze(value);
  }
  return value;
}
