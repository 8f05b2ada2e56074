// SPDX-License-Identifier: Apache-2.0
export {
  type DiskFault,
  type DiskFaultKind,
  drawDelayS,
  drawDiskFault,
  drawFaultPlan,
  type Fault,
  type FaultPlan,
  type Span,
} from './plan.ts';
export { createScheduler, type Scheduler } from './scheduler.ts';
