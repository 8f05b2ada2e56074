// SPDX-License-Identifier: Apache-2.0
export { drawDelayS, drawFaultPlan, type Fault, type FaultPlan, type Span } from './plan.ts';
export { createScheduler, type Scheduler } from './scheduler.ts';
