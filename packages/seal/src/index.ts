// SPDX-License-Identifier: Apache-2.0
export {
  concatBytes,
  decodeBase64,
  decodeHex,
  decodeText,
  encodeBase64,
  encodeHex,
  encodeText,
  equalBytes,
} from './encoding.ts';
export { SealError, type SealErrorCode } from './errors.ts';
export { hmacSha256, randomBytes, sha256 } from './hash.ts';
export {
  type AgentKey,
  decodeIdentifiersKey,
  decodeKeyFile,
  encodeIdentifiersKey,
  encodeKeyFile,
  type HeldKey,
  heldKey,
  type NoteKey,
} from './key-file.ts';
export {
  acceptPublicKey,
  generateKeyPair,
  keyName,
  keyPairFromSeed,
  LINK_PURPOSES,
  type LinkPurpose,
  type Mode,
  type Purpose,
  type SignatureContext,
  type SignedMessage,
  type Signer,
  type SigningKey,
  sign,
  signerFrom,
  verify,
} from './keys.ts';
export { LIMITS } from './limits.ts';
export {
  cosign,
  fingerprint,
  formatVerifierKey,
  type NoteKeyType,
  type NoteSigner,
  type NoteVerifier,
  noteSigner,
  noteText,
  noteVerifier,
  type OpenedNote,
  openCosignature,
  openNote,
  parseVerifierKey,
  signNote,
  type VerifiedSignature,
  verifierOf,
} from './note.ts';
export {
  enrolRegister,
  identityName,
  type KeyEnd,
  type KeyRegister,
  type KeyStatus,
  keysOf,
  openRegister,
  provePossession,
  type RegisteredCertificate,
  type RegisteredKey,
  type RegisterScope,
  registeredKey,
  signRegister,
} from './register.ts';
