// SPDX-License-Identifier: Apache-2.0
export {
  ConfigError,
  consoleAddress,
  parseSensors,
  parseSide,
  type SideDocument,
  sensorDocuments,
  sensorsOf,
  sideSchema,
} from './config.ts';
export { ConsoleFeed, type ConsoleFeedOptions, type ConsoleUpdate } from './console-feed.ts';
export {
  type DecisionLine,
  type DecisionScan,
  scanDecisions,
  strayDecisions,
} from './decision-log.ts';
export { draftsOf, inReleaseOrder, type OwnSide, wholeStateCategories } from './drafts.ts';
export { NodeError, type NodeErrorCode } from './errors.ts';
export { type JournalContent, type JournalHeader, openJournal, readJournal } from './journal.ts';
export {
  checkAgreementNote,
  createRegister,
  createSideKeys,
  identifierMaker,
  joinAgreementNotes,
  type LinkLife,
  type PartnerKeys,
  partnerKeysOf,
  publicKeysOf,
  registerScope,
  type SideKeys,
  sideKeyName,
  signAgreement,
} from './keys.ts';
export { LIMITS } from './limits.ts';
export { parseAct } from './officers.ts';
export type { PolicyReader } from './policy-change.ts';
export { type PolicyAct, type PolicyState, policyVersionOf } from './policy-state.ts';
export type { NodeOptions, NodeOutputs, NodeStatus, PlotSource } from './ports.ts';
export { type RestoreOptions, type RestoreReport, restoreNode } from './restore.ts';
export { NodeShell } from './shell.ts';
export { readSnapshot } from './snapshot.ts';
export { createNodeState, type NodeState, ownStateHash, stateHash } from './state.ts';
export { type Marking, type StepTerms, step, stepOwn, stepSystem } from './step.ts';
export type { PartnerAct, Suspension } from './suspension.ts';
export { TrackRoom } from './track-room.ts';
export type { DecisionRecord, Effect, PartnerEntry, SideAct, Turn } from './turn.ts';
