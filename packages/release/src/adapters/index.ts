// SPDX-License-Identifier: Apache-2.0
export { createCedarPolicy, PolicyError, type PolicyScope } from './cedar.ts';
