// SPDX-License-Identifier: Apache-2.0
// East's end of a session without a driver, and the frames of a partner with the right keys.

import { encodeHex, encodeText, equalBytes, hmacSha256 } from '@isthmus/seal';
import type { Frame } from '@isthmus/wire';
import { type HelloClaims, helloMessage } from '../hello.ts';
import { type LinkLimits, linkLimits } from '../limits.ts';
import { LinkSession, PROTOCOL_VERSION, type SessionAction, type Standing } from '../session.ts';
import { AGREEMENT_HASH, second, termsOf } from './sides.ts';

export const BINDING = new Uint8Array(32).fill(7);
export const ROOT = encodeHex(new Uint8Array(32).fill(1));
export const STANDING: Standing = { mirrorSize: 10, mirrorRoot: ROOT, ledgerSize: 20 };

/** The session holds no key: what a signature is, is its owner's. This one binds name and message. */
function signatureOf(side: string, message: Uint8Array): Uint8Array {
  return hmacSha256(encodeText(side), message);
}

/** East's end. West's claims to have five of east's entries are true unless a test says otherwise. */
export function east(
  change: { role?: 'dial' | 'listen'; limits?: Partial<LinkLimits> } = {},
): LinkSession {
  return new LinkSession({
    ...termsOf('east', 'west'),
    role: change.role ?? 'listen',
    limits: linkLimits(change.limits),
    verifyHello: (message, signature) => equalBytes(signature, signatureOf('west', message)),
  });
}

/** West's hello on the channel, with its signature; true in all unless changed. */
export function helloOf(change: Partial<HelloClaims> = {}, binding = BINDING): Frame {
  const claims: HelloClaims = {
    version: PROTOCOL_VERSION,
    from: 'west',
    to: 'east',
    mode: 'exercise',
    agreementHash: AGREEMENT_HASH,
    epoch: 1,
    haveSize: 5,
    haveRoot: ROOT,
    ...change,
  };
  const signature = signatureOf('west', helloMessage(claims, binding));
  return { kind: 'hello', ...claims, signature };
}

/** The frames the owner of east's end would send, hello signed. */
export function sentBy(actions: readonly SessionAction[]): Frame[] {
  return actions.flatMap((action): Frame[] => {
    if (action.kind === 'send') return [action.frame];
    if (action.kind !== 'say-hello') return [];
    return [{ kind: 'hello', ...action.claims, signature: signatureOf('east', action.message) }];
  });
}

/** East after west's hello was accepted, and after west's credit. */
export function greeted(limits: Partial<LinkLimits> = {}): {
  session: LinkSession;
  actions: readonly SessionAction[];
} {
  const session = east({ limits });
  session.connected(BINDING, STANDING);
  session.frame(helloOf());
  return { session, actions: session.haveChecked(true, STANDING, 'receipt\n') };
}

export const entry = (index: number): Frame => ({
  kind: 'entry',
  index,
  bytes: new Uint8Array(20),
});
export const batch = (first: number, count: number): Frame => ({
  kind: 'batch',
  first,
  count,
  checkpoint: 'note\n',
});
export const heartbeat = (at: number, sentSize: number, seen = 0): Frame => ({
  kind: 'heartbeat',
  at: second(at),
  sentSize,
  seen,
  clock: null,
});
