// SPDX-License-Identifier: Apache-2.0
// Bytes to message and back with one encoding a value: what would be encoded otherwise is refused
// (spec/wire.md, W-3). That leaves a sender no field order, padding, default or long varint to hide
// bits in, and lets a hash of the bytes stand for the value.

import { type DescMessage, fromBinary, type MessageShape, toBinary } from '@bufbuild/protobuf';
import { isCanonical } from './canonical-form.ts';
import { WireError } from './errors.ts';
import { LIMITS } from './limits.ts';

/** Encodes a message; protobuf-es writes fields ascending, no defaults, minimal varints. */
export function bytesFromMessage<D extends DescMessage>(
  schema: D,
  message: MessageShape<D>,
  bytesMax: number,
): Uint8Array<ArrayBuffer> {
  const bytes = toBinary(schema, message, { writeUnknownFields: false });
  if (bytes.length > bytesMax) throw new WireError('too-large', `at most ${bytesMax} bytes`);
  return bytes;
}

/** Decodes bytes no larger than `bytesMax` that are exactly what `bytesFromMessage` would write. */
export function messageFromBytes<D extends DescMessage>(
  schema: D,
  bytes: Uint8Array,
  bytesMax: number,
): MessageShape<D> {
  if (bytes.length > bytesMax) throw new WireError('too-large', `at most ${bytesMax} bytes`);
  let message: MessageShape<D>;
  try {
    message = fromBinary(schema, bytes, {
      readUnknownFields: false,
      recursionLimit: LIMITS.depthMax,
    });
  } catch (cause) {
    throw new WireError('malformed', 'no message of this schema', { cause });
  }
  if (!isCanonical(schema, bytes)) {
    throw new WireError('not-canonical', 'the bytes are not those of the canonical encoding');
  }
  return message;
}
