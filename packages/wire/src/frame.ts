// SPDX-License-Identifier: Apache-2.0
// Session frames: what keeps a session going, and the entries it carries. A frame holds no domain
// value but the bytes of an entry. See spec/wire.md, W-20 and following; proto/isthmus/v1/frame.proto.

import { create, type MessageInitShape } from '@bufbuild/protobuf';
import type { Instant } from '@isthmus/earth';
import type { PartyName } from '@isthmus/picture';
import { bytesFromMessage, messageFromBytes } from './canonical.ts';
import { WireError } from './errors.ts';
import {
  bigintFromInstant,
  bigintFromSize,
  bytesFromHex,
  codeOf,
  counter,
  hexFromBytes,
  instantFromBigint,
  integer,
  name,
  sizeFromBigint,
  wordOf,
} from './fields.ts';
import { type Frame as FrameMessage, FrameSchema } from './gen/isthmus/v1/frame_pb.js';
import { LIMITS } from './limits.ts';

/** Codes of a close, in the order of their numbers on the wire, from 1. */
export const CLOSE_REASONS = [
  'shutdown',
  'replaced',
  'version',
  'mode',
  'agreement',
  'party',
  'epoch',
  'hello-signature',
  'hello-timeout',
  'silent',
  'fork',
  'unexpected-frame',
  'out-of-sequence',
  'credit',
  'flood',
  'malformed',
  'refused-batch',
  'bad-receipt',
  'slow',
  'internal',
  'revoked',
] as const;

export type CloseReason = (typeof CLOSE_REASONS)[number];

const MODES = ['live', 'exercise'] as const;

/** First frame of each direction. */
export interface HelloFrame {
  readonly kind: 'hello';
  readonly version: number;
  readonly from: PartyName;
  readonly to: PartyName;
  readonly mode: 'live' | 'exercise';
  /** SHA-256 of the canonical agreement, 64 hex digits. */
  readonly agreementHash: string;
  /** Number of this link's life, raised by both sides together when a record starts anew. */
  readonly epoch: number;
  /** Entries of the partner's log that the sender holds durably. */
  readonly haveSize: number;
  /** Merkle root over them, 64 hex digits. */
  readonly haveRoot: string;
  /** Ed25519 over what binds this hello to its channel, 64 bytes. */
  readonly signature: Uint8Array;
}

/** Announces `count` entries from index `first`, under one signed checkpoint. */
export interface BatchFrame {
  readonly kind: 'batch';
  readonly first: number;
  readonly count: number;
  /** C2SP signed note, at most `LIMITS.checkpointBytesMax` bytes. */
  readonly checkpoint: string;
}

/** One ledger entry: salt, then an encoded Release. */
export interface EntryFrame {
  readonly kind: 'entry';
  readonly index: number;
  readonly bytes: Uint8Array;
}

/** The sender of this frame takes entries with an index below `upTo`. */
export interface CreditFrame {
  readonly kind: 'credit';
  readonly upTo: number;
}

export interface HeartbeatFrame {
  readonly kind: 'heartbeat';
  /** The sender's tick. */
  readonly at: Instant;
  /** Entries sent so far. */
  readonly sentSize: number;
  /** Largest checkpoint size of the partner's log seen. */
  readonly seen: number;
  /** Null where the sides keep the time of a conductor. */
  readonly clock: ClockReading | null;
}

/** Instants on the sender's own clock; RFC 5905 section 8 makes an offset of two of them. */
export interface ClockReading {
  /** When the frame left. */
  readonly sentAt: Instant;
  /** The receiver's last reading that the sender has heard, and how long before it was, microseconds. */
  readonly echo: { readonly sentAt: Instant; readonly ageUs: number } | null;
}

/** A receipt: the cosignature line over the partner's checkpoint of that size. */
export interface CosignatureFrame {
  readonly kind: 'cosignature';
  readonly size: number;
  readonly line: string;
}

export interface CloseFrame {
  readonly kind: 'close';
  readonly reason: CloseReason;
}

export type Frame =
  | HelloFrame
  | BatchFrame
  | EntryFrame
  | CreditFrame
  | HeartbeatFrame
  | CosignatureFrame
  | CloseFrame;

type FrameInit = NonNullable<MessageInitShape<typeof FrameSchema>['frame']>;

/**
 * Encodes a frame with its length prefix.
 *
 * @throws WireError when a field is outside its range; nothing the decoder refuses is written.
 */
export function encodeFrame(frame: Frame): Uint8Array<ArrayBuffer> {
  const message = create(FrameSchema, { frame: initOf(frame) });
  const body = bytesFromMessage(FrameSchema, message, LIMITS.frameBytesMax);
  const prefix = prefixOf(body.length);
  const bytes = new Uint8Array(prefix.length + body.length);
  bytes.set(prefix);
  bytes.set(body, prefix.length);
  return bytes;
}

/**
 * Decodes exactly one frame with its length prefix.
 *
 * @throws WireError on anything `encodeFrame` would not have written.
 */
export function decodeFrame(bytes: Uint8Array): Frame {
  const prefix = readPrefix(bytes, 0);
  if (prefix === null || bytes.length !== prefix.end + prefix.size) {
    throw new WireError('malformed', 'a frame is its length and as many bytes');
  }
  return decodeFrameBody(bytes.subarray(prefix.end));
}

/**
 * Reads a length prefix at `at`: null while it is incomplete.
 *
 * @throws WireError `too-large` above the limit, `not-canonical` for a prefix longer than needed,
 *   `malformed` for an empty frame.
 */
export function readPrefix(
  bytes: Uint8Array,
  at: number,
): { readonly size: number; readonly end: number } | null {
  let size = 0;
  for (let i = 0; i < LIMITS.prefixBytesMax; i += 1) {
    const byte = bytes[at + i];
    if (byte === undefined) return null;
    size |= (byte & 0x7f) << (7 * i);
    if ((byte & 0x80) !== 0) continue;
    if (size > LIMITS.frameBytesMax) throw tooLarge();
    if (i > 0 && byte === 0) throw new WireError('not-canonical', 'a length prefix is minimal');
    if (size === 0) throw new WireError('malformed', 'a frame is never empty');
    return { size, end: at + i + 1 };
  }
  throw tooLarge();
}

/** Decodes the bytes of one frame behind its length prefix. */
export function decodeFrameBody(body: Uint8Array): Frame {
  return frameOf(messageFromBytes(FrameSchema, body, LIMITS.frameBytesMax));
}

function tooLarge(): WireError {
  return new WireError('too-large', `a frame has at most ${LIMITS.frameBytesMax} bytes`);
}

function prefixOf(size: number): number[] {
  const bytes: number[] = [];
  let rest = size;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
  return bytes;
}

function initOf(frame: Frame): FrameInit {
  switch (frame.kind) {
    case 'hello':
      return { case: 'hello', value: helloInit(frame) };
    case 'batch': {
      const first = bigintFromSize(frame.first, 'first');
      const count = entryCount(frame.count);
      const checkpoint = note(frame.checkpoint, LIMITS.checkpointBytesMax);
      return { case: 'batch', value: { first, count, checkpoint } };
    }
    case 'entry': {
      const index = bigintFromSize(frame.index, 'index');
      return { case: 'entry', value: { index, data: entryData(frame.bytes) } };
    }
    case 'credit':
      return { case: 'credit', value: { upTo: bigintFromSize(frame.upTo, 'upTo') } };
    case 'heartbeat': {
      const atUs = bigintFromInstant(frame.at, 'at');
      const sentSize = bigintFromSize(frame.sentSize, 'sentSize');
      const seen = bigintFromSize(frame.seen, 'seen');
      const clock = frame.clock === null ? {} : { clock: clockInit(frame.clock) };
      return { case: 'heartbeat', value: { atUs, sentSize, seen, ...clock } };
    }
    case 'cosignature': {
      const size = bigintFromSize(frame.size, 'size');
      const line = note(frame.line, LIMITS.cosignatureBytesMax);
      return { case: 'cosignature', value: { size, line } };
    }
    case 'close':
      return {
        case: 'close',
        value: { reason: codeOf(CLOSE_REASONS, frame.reason, 'reason') },
      };
  }
}

function helloInit(frame: HelloFrame): Extract<FrameInit, { case: 'hello' }>['value'] {
  if (frame.signature.length !== LIMITS.signatureBytes) {
    throw new WireError('bad-length', `signature is ${LIMITS.signatureBytes} bytes`);
  }
  return {
    version: counter(frame.version, 'version', 1),
    from: name(frame.from, 'from'),
    to: name(frame.to, 'to'),
    mode: codeOf(MODES, frame.mode, 'mode'),
    agreementHash: bytesFromHex(frame.agreementHash, LIMITS.hashBytes, 'agreementHash'),
    haveSize: bigintFromSize(frame.haveSize, 'haveSize'),
    haveRoot: bytesFromHex(frame.haveRoot, LIMITS.hashBytes, 'haveRoot'),
    epoch: bigintFromSize(frame.epoch, 'epoch'),
    signature: frame.signature.slice(),
  };
}

function frameOf({ frame }: FrameMessage): Frame {
  switch (frame.case) {
    case 'hello':
      return helloOf(frame.value);
    case 'batch': {
      const first = sizeFromBigint(frame.value.first, 'first');
      const checkpoint = note(frame.value.checkpoint, LIMITS.checkpointBytesMax);
      return { kind: 'batch', first, count: entryCount(frame.value.count), checkpoint };
    }
    case 'entry': {
      const index = sizeFromBigint(frame.value.index, 'index');
      return { kind: 'entry', index, bytes: entryData(frame.value.data) };
    }
    case 'credit':
      return { kind: 'credit', upTo: sizeFromBigint(frame.value.upTo, 'upTo') };
    case 'heartbeat': {
      const at = instantFromBigint(frame.value.atUs, 'at');
      const sentSize = sizeFromBigint(frame.value.sentSize, 'sentSize');
      const seen = sizeFromBigint(frame.value.seen, 'seen');
      return { kind: 'heartbeat', at, sentSize, seen, clock: clockOf(frame.value.clock) };
    }
    case 'cosignature': {
      const size = sizeFromBigint(frame.value.size, 'size');
      return {
        kind: 'cosignature',
        size,
        line: note(frame.value.line, LIMITS.cosignatureBytesMax),
      };
    }
    case 'close':
      return { kind: 'close', reason: wordOf(CLOSE_REASONS, frame.value.reason, 'reason') };
    default:
      throw new WireError('no-kind', 'the frame holds none of the known kinds');
  }
}

function helloOf(hello: Extract<FrameMessage['frame'], { case: 'hello' }>['value']): HelloFrame {
  if (hello.signature.length !== LIMITS.signatureBytes) {
    throw new WireError('bad-length', `signature is ${LIMITS.signatureBytes} bytes`);
  }
  return {
    kind: 'hello',
    version: counter(hello.version, 'version', 1),
    from: name(hello.from, 'from'),
    to: name(hello.to, 'to'),
    mode: wordOf(MODES, hello.mode, 'mode'),
    agreementHash: hexFromBytes(hello.agreementHash, LIMITS.hashBytes, 'agreementHash'),
    epoch: sizeFromBigint(hello.epoch, 'epoch'),
    haveSize: sizeFromBigint(hello.haveSize, 'haveSize'),
    haveRoot: hexFromBytes(hello.haveRoot, LIMITS.hashBytes, 'haveRoot'),
    signature: hello.signature.slice(),
  };
}

type HeartbeatMessage = Extract<FrameMessage['frame'], { case: 'heartbeat' }>['value'];

function clockInit({ sentAt, echo }: ClockReading) {
  const sentUs = bigintFromInstant(sentAt, 'clock.sentAt');
  if (echo === null) return { sentUs };
  return {
    sentUs,
    echo: {
      sentUs: bigintFromInstant(echo.sentAt, 'clock.echo.sentAt'),
      ageUs: bigintFromSize(echo.ageUs, 'clock.echo.ageUs'),
    },
  };
}

function clockOf(clock: HeartbeatMessage['clock']): ClockReading | null {
  if (clock === undefined) return null;
  const { echo } = clock;
  return {
    sentAt: instantFromBigint(clock.sentUs, 'clock.sentAt'),
    echo:
      echo === undefined
        ? null
        : {
            sentAt: instantFromBigint(echo.sentUs, 'clock.echo.sentAt'),
            ageUs: sizeFromBigint(echo.ageUs, 'clock.echo.ageUs'),
          },
  };
}

function entryCount(count: number): number {
  return integer(count, 'count', { min: 1, max: LIMITS.batchEntriesMax });
}

/** Copies, so that neither the caller's buffer nor the splitter's is held or changed. */
function entryData(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const max = LIMITS.itemBytesMax + LIMITS.saltBytes;
  if (bytes.length > max) throw new WireError('too-large', `an entry has at most ${max} bytes`);
  if (bytes.length <= LIMITS.saltBytes) {
    throw new WireError('bad-length', 'an entry is a salt and a Release');
  }
  return bytes.slice();
}

/**
 * A C2SP note or one of its signature lines: not empty, printable ASCII, line feeds and the em dash
 * that starts a signature. `ledger` parses it; nothing here shows or keeps it.
 */
function note(text: string, bytesMax: number): string {
  // An em dash is three bytes of UTF-8.
  let bytes = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    const known = (code >= 0x20 && code < 0x7f) || code === 0x0a || code === 0x2014;
    if (!known) throw new WireError('bad-text', 'a note is ASCII, line feeds and em dashes');
    bytes += code === 0x2014 ? 3 : 1;
  }
  if (bytes < 1 || bytes > bytesMax) {
    throw new WireError('bad-text', `a note has 1 to ${bytesMax} bytes`);
  }
  return text;
}
