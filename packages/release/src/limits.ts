// SPDX-License-Identifier: Apache-2.0
// Every bound of the gate. Those of numbers are the wire's, so that whatever the gate lets go can
// be encoded exactly; a test of `wire` compares the two lists.

export const LIMITS = {
  clausesMax: 64,
  /** Looks a tracklet covers where the clause does not say. */
  looksATrackletDefault: 4,
  /** Longest tick under which states may go: a state is moved to its tick as a free body. */
  stateTickSMax: 60,
  /** Items waiting for their agreed delay. */
  heldMax: 4096,
  positionM: 1e8,
  velocityMps: 2e4,
  covarianceMax: 1e24,
  radiusM: 20_100_000,
  sigmaS: 86_400,
  objects: 10_000,
  coverageMax: 64,
  labelsMax: 64,
  /** Characters of a policy, all its files together: an act that proposes one fits a file of 64 KiB. */
  policyTextMax: 32_768,
  leastHeightM: 10_000_000,
  detectionPercentMax: 99,
  counter: 0xffff_ffff,
} as const;
