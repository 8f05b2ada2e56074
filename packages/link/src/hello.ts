// SPDX-License-Identifier: Apache-2.0
// What a hello's signature covers. It binds the sender's key to one channel, one direction, one
// mode, one agreement and one state of the record, so that a hello taken elsewhere fits nowhere.
// See spec/wire.md, chapter Session.

import { encodeHex } from '@isthmus/seal';
import type { Frame } from '@isthmus/wire';

/** The first frame of each direction. */
export type HelloFrame = Extract<Frame, { readonly kind: 'hello' }>;

/** A hello before it is signed. */
export type HelloClaims = Omit<HelloFrame, 'kind' | 'signature'>;

const DOMAIN = 'isthmus/hello/v1';

/**
 * The bytes a hello's signature covers: text lines, each `name value`, then the channel binding in
 * hex. No value can hold a newline (party names and codes are checked by `wire`), so that two
 * different hellos never give the same bytes.
 *
 * @param channelBinding the TLS exporter value of the connection that carries the hello
 */
export function helloMessage(claims: HelloClaims, channelBinding: Uint8Array): Uint8Array {
  const lines = [
    DOMAIN,
    `version ${claims.version}`,
    `from ${claims.from}`,
    `to ${claims.to}`,
    `mode ${claims.mode}`,
    `agreement ${claims.agreementHash}`,
    `epoch ${claims.epoch}`,
    `have ${claims.haveSize} ${claims.haveRoot}`,
    `channel ${encodeHex(channelBinding)}`,
    '',
  ];
  return new TextEncoder().encode(lines.join('\n'));
}
