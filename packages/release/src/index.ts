// SPDX-License-Identifier: Apache-2.0
export {
  type Agreement,
  agreementJsonSchema,
  agreementSchema,
  type Clause,
  type CoverageClause,
  canonicalAgreement,
  type Level,
  parseAgreement,
} from './agreement.ts';
export { type AgreementChange, compareAgreements, type Effect } from './agreement-changes.ts';
export { checkAgreement } from './agreement-findings.ts';
export type { Region } from './agreement-parts.ts';
export { type AgreementWords, type DirectionWords, describeAgreement } from './agreement-words.ts';
export { isBroken, judgeCompliance } from './compliance.ts';
export { reportedUntil } from './coverage-rule.ts';
export { ReleaseError, type ReleaseErrorCode } from './errors.ts';
export { type FieldChange, type FieldValue, fieldChanges } from './field-changes.ts';
export {
  type AgreementFinding,
  type FindingCode,
  type FindingKind,
  isDefect,
} from './finding.ts';
export { type Decision, type Draft, decide, recall, releaseDue, type Terms } from './gate.ts';
export { LIMITS } from './limits.ts';
export {
  createMemory,
  type FlatMemory,
  type GateMemory,
  type HeldItem,
  restoreMemory,
  type TrackletBase,
  trackletBase,
} from './memory.ts';
export {
  askPolicy,
  canonicalPolicy,
  type Policy,
  type PolicyAnswer,
  type PolicyFile,
  type PolicyQuestion,
  type PolicySource,
  parsePolicySource,
  policySourceSchema,
} from './policy.ts';
export {
  PARTNER_ANSWERS,
  type PartnerAnswer,
  partnerAnswer,
  RELEASE_RULES,
  type ReasonDetails,
  reasonDetails,
} from './reason-details.ts';
export { type Reason, type ReasonCode, reason } from './reasons.ts';
export type { Released } from './released.ts';
export type { WaitCause } from './rules.ts';
export type {
  ClauseAccount,
  Compliance,
  Distribution,
  JudgedItem,
  JudgedState,
  LedgerEntry,
  LinkRecord,
  Outcome,
  Verdict,
} from './verdict.ts';
