// SPDX-License-Identifier: Apache-2.0
export type { Released } from './released.ts';
