// SPDX-License-Identifier: Apache-2.0
// A document that is another one with a few things changed: `base` names the other, fields beside
// it stand in place of the base's, and `changes` reach inside. Who reads files is the caller's part.

import Type from 'typebox';
import { Errors } from 'typebox/schema';
import { SimError } from './errors.ts';

const changeSchema = Type.Object(
  {
    at: Type.String({
      pattern: '^(/[^/]+)+$',
      maxLength: 300,
      description: 'Field names from the top, each after a slash; a thing in a list by its id.',
    }),
    to: Type.Unknown({ description: 'What stands there instead.' }),
  },
  { additionalProperties: false, description: 'Puts a value in place of one that is there.' },
);
const changesSchema = Type.Array(changeSchema, { maxItems: 100 });

/** The name or path of the document that this one changes; null when it stands alone. */
export function baseOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('base' in value)) return null;
  if (typeof value.base === 'string' && value.base.length > 0) return value.base;
  throw new SimError('bad-document', '/base', 'expected the name or the path of a scenario');
}

/**
 * The whole document that `value` makes of `base`: a new value, both arguments stay as they are.
 *
 * @param base a whole document, which itself names no base.
 * @throws SimError `bad-document` where a change is not one, or reaches for what the base does not
 *   have. The result is not checked: `parseScenario` does that.
 */
export function deriveScenario(value: unknown, base: unknown): unknown {
  const { base: _, changes, ...replaced } = value as Record<string, unknown>;
  // What was read from YAML or JSON can be copied; a change must not reach the base of another.
  const whole = structuredClone({ ...(base as Record<string, unknown>), ...replaced });
  if (changes === undefined) return whole;
  const problem = Errors(changesSchema, changes)[1][0];
  if (problem !== undefined) {
    throw new SimError('bad-document', `/changes${problem.instancePath}`, problem.message);
  }
  // The schema has just accepted them.
  (changes as Type.Static<typeof changesSchema>).forEach(({ at, to }, i) => {
    change(whole, { keys: at.split('/').slice(1), to: structuredClone(to) }, `/changes/${i}/at`);
  });
  return whole;
}

function change(
  whole: Record<string, unknown>,
  wanted: { readonly keys: readonly string[]; readonly to: unknown },
  path: string,
): void {
  let here: unknown = whole;
  for (const [depth, key] of wanted.keys.entries()) {
    const there = childOf(here, key);
    if (there === null) {
      const parent = wanted.keys.slice(0, depth).join('/');
      const known = childrenOf(here).join(', ');
      throw new SimError(
        'bad-document',
        path,
        `the base has no "${key}" ${parent === '' ? 'at the top' : `in /${parent}`}; there are ${known}`,
      );
    }
    if (depth === wanted.keys.length - 1) there.set(wanted.to);
    else here = there.value;
  }
}

interface Child {
  readonly value: unknown;
  readonly set: (to: unknown) => void;
}

/** A field of an object, or the thing of that id in a list; null when there is none. */
function childOf(here: unknown, key: string): Child | null {
  if (Array.isArray(here)) {
    const index = here.findIndex((one: unknown) => idOf(one) === key);
    if (index < 0) return null;
    return {
      value: here[index],
      set: (to) => {
        here[index] = to;
      },
    };
  }
  if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return null;
  const fields = here as Record<string, unknown>;
  return {
    value: fields[key],
    set: (to) => {
      fields[key] = to;
    },
  };
}

function childrenOf(here: unknown): string[] {
  if (Array.isArray(here)) return here.map((one: unknown) => idOf(one) ?? '(without id)');
  return typeof here === 'object' && here !== null ? Object.keys(here) : ['no fields'];
}

function idOf(one: unknown): string | null {
  return typeof one === 'object' && one !== null && 'id' in one && typeof one.id === 'string'
    ? one.id
    : null;
}
