// SPDX-License-Identifier: Apache-2.0
// Oracle: the published vectors of C2SP signed-note (example.com/foo) and of Go's x/mod sumdb/note
// (PeterNeumann), which other implementations made.

import { describe, expect, it } from 'vitest';
import {
  decodeKeyFile,
  encodeKeyFile,
  formatVerifierKey,
  openNote,
  parseVerifierKey,
  signNote,
  verifierOf,
} from './index.ts';

const GO_TEXT =
  'If you think cryptography is the answer to your problem,\n' +
  "then you don't know what your problem is.\n";
const GO_NOTE =
  `${GO_TEXT}\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKv` +
  'qfqdngotpRZb6KE6RyyBwJnAM=\n';
const GO_KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const GO_SECRET =
  'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz\n';

describe('signed notes', () => {
  it('reproduces the published note of the Go implementation byte for byte', () => {
    const signer = decodeKeyFile(GO_SECRET);
    expect(signNote(GO_TEXT, [signer])).toBe(GO_NOTE);
    expect(formatVerifierKey(verifierOf(signer))).toBe(GO_KEY);
    expect(encodeKeyFile(signer)).toBe(GO_SECRET);
  });

  it('opens the published note of the Go implementation', () => {
    const opened = openNote(GO_NOTE, [parseVerifierKey(GO_KEY)]);
    expect(opened.text).toBe(GO_TEXT);
    expect(opened.verified.map((one) => one.name)).toEqual(['PeterNeumann']);
  });
});
