// SPDX-License-Identifier: Apache-2.0
export { createCedarPolicy, type PolicyScope } from './cedar.ts';
export { PolicyError } from './policy-error.ts';
