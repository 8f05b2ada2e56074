// SPDX-License-Identifier: Apache-2.0
export type { LogAudit } from './audit.ts';
export { auditDecisions, type DecisionLogLike } from './decisions.ts';
export {
  type EventPackage,
  type EventVerdict,
  formatEventPackage,
  isEventPackage,
  verifyEventPackage,
} from './event-package.ts';
export { type Finding, placeOf, type Remark } from './finding.ts';
export type { Told } from './prove-log.ts';
export {
  type AuditedAgreement,
  type AuditedDecisions,
  type AuditedKeys,
  type AuditedLog,
  type AuditReport,
  type Placed,
  REPORT_FORM,
} from './report.ts';
export { reportHtml } from './report-html.ts';
export { reportJson } from './report-json.ts';
export { reportText } from './report-text.ts';
export type { CrossedEntry, Entries } from './rows.ts';
