// SPDX-License-Identifier: Apache-2.0
// Nothing but the gate makes a `Released`: not by type, not by the public door, not by reflection.

import { expect, test } from 'vitest';
import { agreementOf, CLAUSE, draftOf, NOW, REPORT, termsOf } from './fixtures.ts';
import * as door from './index.ts';
import { createMemory, decide, type Released } from './index.ts';
import { LIMITS } from './limits.ts';

function minted(): Released {
  const terms = termsOf(agreementOf([CLAUSE]));
  const decision = decide(createMemory(), draftOf(REPORT), terms, NOW);
  if (decision.outcome !== 'release') throw new Error('the fixture is withheld');
  return decision.released;
}

test('R-2: a literal with the same fields is no Released, and the door exports no way to make one', () => {
  const { item, clause, agreementHash, at } = minted();
  // @ts-expect-error the class is nominal
  const forged: Released = { item, clause, agreementHash, at };
  expect(forged).toBeDefined();
  expect(Object.keys(door).sort()).toEqual([
    'LIMITS',
    'PARTNER_ANSWERS',
    'RELEASE_RULES',
    'ReleaseError',
    'agreementJsonSchema',
    'agreementSchema',
    'askPolicy',
    'canonicalAgreement',
    'canonicalPolicy',
    'checkAgreement',
    'compareAgreements',
    'createMemory',
    'decide',
    'describeAgreement',
    'fieldChanges',
    'isBroken',
    'isDefect',
    'judgeCompliance',
    'parseAgreement',
    'parsePolicySource',
    'partnerAnswer',
    'policySourceSchema',
    'reason',
    'reasonDetails',
    // Makes withdrawals alone, R-38.
    'recall',
    'releaseDue',
    'reportedUntil',
    'restoreMemory',
    'trackletBase',
  ]);
});

test('R-2: the constructor reached by reflection refuses, and a copy of the outside holds nothing', () => {
  const released = minted();
  const constructor = Reflect.get(released, 'constructor') as new (...args: unknown[]) => unknown;
  const content = { item: REPORT, clause: 'a', agreementHash: 'ab'.repeat(32), at: NOW };
  expect(() => new constructor(Symbol('mint'), content)).toThrow(TypeError);
  const shell = Object.create(Object.getPrototypeOf(released) as object) as Released;
  expect(() => shell.item).toThrow(TypeError);
  expect(() => structuredClone(released).item.kind).toThrow(TypeError);
});

test('R-2: what was minted cannot be changed', () => {
  const released = minted();
  const { item } = released;
  if (item.kind !== 'launch-report' || item.launchArea === null) throw new Error('not the fixture');
  expect(Object.isFrozen(released)).toBe(true);
  expect(Reflect.set(item, 'final', true)).toBe(false);
  expect(Reflect.set(item.launchArea.centre, 'latitudeRad', 0)).toBe(false);
  expect(LIMITS.clausesMax).toBe(64);
});
