// SPDX-License-Identifier: Apache-2.0
// Every bound of the wire. What is released must lie within them: the gate holds the same numbers
// and a test compares them.

export const LIMITS = {
  /** Bytes of a frame, its length prefix not counted. */
  frameBytesMax: 65_536,
  /** Bytes of the length prefix of a frame: a minimal varint of at most `frameBytesMax`. */
  prefixBytesMax: 3,
  /** Bytes of an encoded Release. */
  itemBytesMax: 61_440,
  /** Bytes of salt before the Release in a ledger entry. */
  saltBytes: 16,
  batchEntriesMax: 256,
  /** Bytes of a signed note in a batch header. */
  checkpointBytesMax: 4096,
  /** Bytes of a cosignature line. */
  cosignatureBytesMax: 1024,
  /** Characters of a clause or a party name. */
  nameCharactersMax: 32,
  identifierBytes: 16,
  hashBytes: 32,
  signatureBytes: 64,
  /** Nesting of messages: Frame, Heartbeat, ClockReading, Echo. */
  depthMax: 4,
  /** Each coordinate, m; its unit on the wire is the millimetre. */
  positionM: 1e8,
  /** Each component, m/s; its unit on the wire is the millimetre a second. */
  velocityMps: 2e4,
  /** Largest element of a covariance. */
  covarianceMax: 1e24,
  covarianceElements: 21,
  /** 1970 to 2255: what a double holds exactly. */
  instantUs: Number.MAX_SAFE_INTEGER,
  /** Latitude, longitude and azimuth in units of 1e-7 rad. */
  latitudeE7: 15_707_963,
  longitudeMinE7: -31_415_927,
  longitudeMaxE7: 31_415_926,
  azimuthMaxE7: 62_831_853,
  radiusM: 20_100_000,
  /** One sigma of a time, ms: a day. */
  sigmaMs: 86_400_000,
  objects: 10_000,
  /** Least height of a coverage report. */
  leastHeightM: 10_000_000,
  /** Nobody is sure. */
  detectionPercentMax: 99,
  /** Counters of 32 bits: update, epoch, looks, serial. */
  counter: 0xffff_ffff,
} as const;
