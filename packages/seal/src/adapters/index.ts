// SPDX-License-Identifier: Apache-2.0
export { openSigner } from './open-signer.ts';
