// SPDX-License-Identifier: Apache-2.0
// What every check of this folder says when something is wrong, and how it is told.

import { EXCEPTIONS, type Exception } from './exceptions.ts';

/** One place where the house rules are not kept. */
export interface Finding {
  /** Name of the check, as `exceptions.ts` spells it. */
  readonly check: string;
  /** From the root, with slashes. */
  readonly path: string;
  /** From 1; absent when the finding is about the whole file. */
  readonly line?: number;
  /** What is wrong and what to do instead. */
  readonly message: string;
}

/**
 * Takes away the findings for which there is an exception with a reason, and adds one for each
 * exception that excuses nothing any more, so that the list can only shrink.
 *
 * `checks` are those that ran: an exception of another check is not stale for being unused here.
 */
export function settle(
  findings: readonly Finding[],
  checks: ReadonlySet<string>,
  exceptions: readonly Exception[] = EXCEPTIONS,
): Finding[] {
  const used = new Set<Exception>();
  const left = findings.filter((finding) => {
    const excuse = exceptions.find(
      (one) => one.check === finding.check && one.path === finding.path,
    );
    if (excuse !== undefined) used.add(excuse);
    return excuse === undefined;
  });
  for (const one of exceptions) {
    if (used.has(one) || !checks.has(one.check)) continue;
    left.push({
      check: 'exceptions',
      path: 'tools/exceptions.ts',
      message: `nothing in ${one.path} needs the exception from ${one.check} any more: delete it`,
    });
  }
  return left;
}

/** One line each, as `path:line check: message`, which editors can follow. */
export function describe(findings: readonly Finding[]): string {
  return findings
    .map((one) => {
      const place = one.line === undefined ? one.path : `${one.path}:${one.line}`;
      return `${place} ${one.check}: ${one.message}\n`;
    })
    .join('');
}
