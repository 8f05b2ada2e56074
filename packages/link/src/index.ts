// SPDX-License-Identifier: Apache-2.0
export { type ClockEstimate, isClockOff, latestCredible } from './clock.ts';
export { createLinkDriver } from './driver.ts';
export type { BusyMeter, LinkDriver, LinkDriverOptions, LinkSeals } from './driver-options.ts';
export { type CloseReason, LinkError, type LinkErrorCode } from './errors.ts';
export { type HelloClaims, type HelloFrame, helloMessage } from './hello.ts';
export { DEFAULT_LIMITS, type LinkLimits, linkLimits, WINDOW_ENTRIES_MAX } from './limits.ts';
export { linkStateAt } from './liveness.ts';
export type { LinkEntry, LinkEvents, LinkPort, LinkReceipt, LinkStatus } from './port.ts';
export type { RecordMirror, RecordReader } from './records.ts';
export { createLinkSeals, type LinkKeys } from './seals.ts';
export {
  type IncomingBatch,
  LinkSession,
  PROTOCOL_VERSION,
  type SessionAction,
  type SessionConfig,
  type SessionTerms,
  type Standing,
} from './session.ts';
export type { Instant } from './time.ts';
export type { Connection, ConnectionHandlers, Dialler, Listener, Transport } from './transport.ts';
