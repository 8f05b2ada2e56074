// SPDX-License-Identifier: Apache-2.0
export { WireError, type WireErrorCode } from './errors.ts';
export {
  type BatchFrame,
  CLOSE_REASONS,
  type ClockReading,
  type CloseFrame,
  type CloseReason,
  type CosignatureFrame,
  type CreditFrame,
  decodeFrame,
  type EntryFrame,
  encodeFrame,
  type Frame,
  type HeartbeatFrame,
  type HelloFrame,
} from './frame.ts';
export { FrameSplitter } from './frame-splitter.ts';
export { LIMITS } from './limits.ts';
export { type DecodedRelease, decodeRelease, type Encoded, encode } from './release.ts';
