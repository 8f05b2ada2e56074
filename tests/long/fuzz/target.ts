// SPDX-License-Identifier: Apache-2.0
// What is fuzzed: a reader of bytes that others wrote, how inputs for it are made, and what counts as
// a refusal. All that is neither an answer nor a refusal is a finding.

import type { Random } from '@isthmus/earth';

export interface Target {
  readonly name: string;
  /** One input is made for so many asked for: 1 for decoders of microseconds. */
  readonly oneIn: number;
  /** Time one input may take once warm, ms; 5 where not given. */
  readonly msMax?: number;
  /** More for each KiB of an input that is many small ones; 0 where absent. */
  readonly msMaxPerKib?: number;
  /** One input, of the draws of `random` alone. */
  make(random: Random): Uint8Array;
  /** True when accepted, false when refused by a verdict; throws a refusal or a finding. */
  read(input: Uint8Array): boolean | Promise<boolean>;
  /** Whether the error is a refusal of the package that reads. */
  isRefusal(error: unknown): boolean;
  /** Gives back what the target holds, such as a server. */
  close?(): Promise<void>;
}

/** An oracle's complaint about an input that was accepted. */
export class Finding extends Error {}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** Complains unless decoding and encoding again gave the same bytes. */
export function expectSame(input: Uint8Array, again: Uint8Array): void {
  if (!sameBytes(input, again)) {
    throw new Finding(`encodes again to ${Buffer.from(again).toString('hex')}`);
  }
}

/** Any element. */
export function pick<T>(random: Random, values: readonly T[]): T {
  return values[random.integer(values.length)] as T;
}

/** Bytes as the text a program would have of them; where they are no UTF-8, lone surrogates. */
export function textOf(input: Uint8Array): string {
  return Buffer.from(input.buffer, input.byteOffset, input.length)
    .toString('utf8')
    .replaceAll('\ufffd', '\ud800');
}
