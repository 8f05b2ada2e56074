// SPDX-License-Identifier: Apache-2.0
// Command-line arguments through node:util, with its complaints as the user's errors.

import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { type Instant, instant, instantFromIso } from '@isthmus/earth';
import { UserError } from './user-error.ts';

export interface ParsedArguments {
  readonly positionals: readonly string[];
  text(name: string): string | undefined;
  /** All values of an option that may be given more than once. */
  list(name: string): readonly string[];
  flag(name: string): boolean;
  /** An integer option within [minimum, maximum]. */
  integer(
    name: string,
    range: { readonly fallback: number; readonly minimum: number; readonly maximum: number },
  ): number;
}

/** Simulated seconds a wall second, or as fast as it goes. */
export type Speed = number | 'max';

/** More are a pattern of the shell that went wrong; the platform's parser takes the square of their number. */
const ARGUMENTS_MAX = 4096;

/** Reads the value of an option that names an instant; without one, now. */
export function instantOf(text: string | undefined, option = 'at'): Instant {
  if (text === undefined) return instant(Date.now() * 1000);
  try {
    return instantFromIso(text);
  } catch (error) {
    throw new UserError(
      `--${option} takes an instant in UTC, such as 2012-02-12T00:00:00Z, not "${text}"`,
      { cause: error },
    );
  }
}

/** Reads the value of --speed. */
export function speedOf(text: string | undefined, fallback: Speed): Speed {
  if (text === 'max') return 'max';
  const speed = text === undefined ? fallback : Number(text);
  if (speed !== 'max' && !(speed > 0 && speed <= 10_000)) {
    throw new UserError(
      `--speed takes a number above 0 (simulated seconds a second) or max, not "${text}"`,
    );
  }
  return speed;
}

/** Reads `args`; `flags` take no value, `texts` take one, `lists` one each time they are given. */
export function readArguments(
  args: readonly string[],
  expected: {
    readonly flags?: readonly string[];
    readonly texts?: readonly string[];
    readonly lists?: readonly string[];
  },
): ParsedArguments {
  if (args.length > ARGUMENTS_MAX) {
    throw new UserError(`${args.length} arguments; a command takes at most ${ARGUMENTS_MAX}`);
  }
  const options: ParseArgsOptionsConfig = {};
  for (const name of expected.flags ?? []) options[name] = { type: 'boolean' };
  for (const name of expected.texts ?? []) options[name] = { type: 'string' };
  for (const name of expected.lists ?? []) options[name] = { type: 'string', multiple: true };
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error), { cause: error });
  }
  const text = (name: string): string | undefined => {
    const value = parsed.values[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    positionals: parsed.positionals,
    text,
    list(name) {
      const value = parsed.values[name];
      return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
    },
    flag: (name) => parsed.values[name] === true,
    integer(name, range) {
      const value = text(name);
      if (value === undefined) return range.fallback;
      const number = Number(value);
      if (!Number.isInteger(number) || number < range.minimum || number > range.maximum) {
        throw new UserError(
          `--${name} takes a whole number from ${range.minimum} to ${range.maximum}, not "${value}"`,
        );
      }
      return number;
    },
  };
}
