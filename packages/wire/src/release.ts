// SPDX-License-Identifier: Apache-2.0
// What was released, as the bytes that are recorded and sent; and back, on the partner's side. The
// bytes of a Release are the unit of the ledger: they are never re-encoded after this.

import { create } from '@bufbuild/protobuf';
import type { Instant } from '@isthmus/earth';
import type { Item } from '@isthmus/picture';
import type { Released } from '@isthmus/release';
import { bytesFromMessage, messageFromBytes } from './canonical.ts';
import {
  bigintFromInstant,
  bytesFromHex,
  hexFromBytes,
  instantFromBigint,
  label,
  name,
} from './fields.ts';
import { ReleaseSchema } from './gen/isthmus/v1/release_pb.js';
import { initFromItem, itemFromMessage } from './item.ts';
import { LIMITS } from './limits.ts';

/** Known to this module alone: without it the constructor refuses, also when reached by reflection. */
const MINT = Symbol('mint');

let mint: (bytes: Uint8Array<ArrayBuffer>) => Encoded;

/**
 * The second token of the border: the bytes of something the gate released. Only `encode` mints it;
 * the ledger records nothing else.
 */
class Encoded {
  readonly #bytes: Uint8Array<ArrayBuffer>;

  private constructor(key: symbol, bytes: Uint8Array<ArrayBuffer>) {
    if (key !== MINT) throw new TypeError('only encode mints what is recorded');
    this.#bytes = bytes;
    Object.freeze(this);
  }

  static {
    mint = (bytes) => new Encoded(MINT, bytes);
  }

  /** A copy of the canonical bytes of a Release: what is recorded cannot be changed from outside. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice();
  }
}

export type { Encoded };

/** A Release as the partner reads it; identifiers are those of the agreement. */
export interface DecodedRelease {
  /** 64 hex digits. */
  readonly agreementHash: string;
  readonly clause: string;
  readonly at: Instant;
  readonly item: Item;
  /** The receiver's marking of it; null where it bears none. */
  readonly label: string | null;
}

/**
 * Encodes what the gate released.
 *
 * @throws WireError only when the gate let something go that the wire cannot carry exactly, which
 *   the gate's own checks exclude.
 */
export function encode(released: Released): Encoded {
  const message = create(ReleaseSchema, {
    agreementHash: bytesFromHex(released.agreementHash, LIMITS.hashBytes, 'agreementHash'),
    clause: name(released.clause, 'clause'),
    releasedAtUs: bigintFromInstant(released.at, 'at'),
    item: initFromItem(released.item),
    label: released.label === null ? '' : label(released.label, 'label'),
  });
  return mint(bytesFromMessage(ReleaseSchema, message, LIMITS.itemBytesMax));
}

/**
 * Decodes a partner's Release. Strict: bounded before parsing, known fields only, one encoding a
 * value, every number in its range.
 *
 * @throws WireError on anything `encode` would not have written.
 */
export function decodeRelease(bytes: Uint8Array): DecodedRelease {
  const message = messageFromBytes(ReleaseSchema, bytes, LIMITS.itemBytesMax);
  return {
    agreementHash: hexFromBytes(message.agreementHash, LIMITS.hashBytes, 'agreementHash'),
    clause: name(message.clause, 'clause'),
    at: instantFromBigint(message.releasedAtUs, 'at'),
    item: itemFromMessage(message.item),
    label: message.label === '' ? null : label(message.label, 'label'),
  };
}
