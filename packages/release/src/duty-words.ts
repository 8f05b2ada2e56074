// SPDX-License-Identifier: Apache-2.0
// Duties in sentences: what is promised, and where nothing is, that nothing is.

import type { Agreement } from './agreement.ts';
import { otherParty } from './agreement-parts.ts';
import type { LatencyDuty, NoticeDuty } from './duties.ts';
import { listed, secondsWords } from './plain-words.ts';

/** What notice is owed of, as people name it. */
export const NOTICE_WORDS: Readonly<Record<NoticeDuty['of'][number], string>> = {
  'ballistic-missile': 'launch of a ballistic missile',
  icbm: 'launch of an intercontinental ballistic missile',
  slbm: 'launch of a ballistic missile from a submarine',
  'space-launch': 'launch into space',
  deorbit: 'bringing down of a satellite',
  experiment: 'experiment that may disturb warning radars',
};

/** What a notice has to say. */
export const STATED_WORDS: Readonly<Record<NonNullable<NoticeDuty['states']>[number], string>> = {
  class: 'the generic class',
  date: 'the planned date',
  window: 'the planned window of time',
  launchArea: 'the area of launch',
  direction: 'the planned direction',
  impactAreas: 'the areas of impact',
};

const LATENCY_WORDS: Readonly<Record<LatencyDuty['of'], (within: string) => string>> = {
  report: (within) => `The first report of a launch goes within ${within} of the launch.`,
  state: (within) => `Each state of a track goes within ${within} of the last look in it.`,
  coverage: (within) => `It goes within ${within} of the end of its period.`,
};

/** What is promised of how soon anything goes under a clause. */
export function latencySentences({ duties }: Agreement, clause: string): string[] {
  const promised = (duties?.latency ?? []).filter((one) => one.clause === clause);
  if (promised.length === 0) return ['No number of seconds is promised for it.'];
  return promised.map(({ of, withinS }) => LATENCY_WORDS[of](secondsWords(withinS)));
}

/** Who may pass on what, and under whose name. */
export function onwardSentences({ parties, onwardRelease: rules }: Agreement): string[] {
  if (rules === 'never') return ['What a side receives it never passes on.'];
  return parties.map((of) => {
    const rule = rules.find((one) => one.of === of);
    const receiver = otherParty(parties, of);
    return rule === undefined
      ? `What ${receiver} receives of ${of} it never passes on.`
      : `What ${receiver} receives of ${of} it may pass on to ${listed(rule.to)} and to nobody else, and only under the name and with the proof of ${of}.`;
  });
}

export function withdrawalSentence({ duties }: Agreement): string {
  const within = duties?.withdrawal?.withinS;
  const soon = within === undefined ? '' : `, within ${secondsWords(within)} of having said so`;
  return `A side takes back what it gave and found wrong${soon}, at any time, also after the end.`;
}

/** How long each receiver may keep what it got. */
export function retentionSentences({ parties, duties }: Agreement): string[] {
  const { retention = [] } = duties ?? {};
  if (retention.length === 0) return ['How long a side may keep what it received is not said.'];
  return parties.map((party) => {
    const days = retention.find(({ by }) => by === party)?.days;
    return days === undefined
      ? `How long ${party} may keep what it received is not said.`
      : `${party} keeps what it received no longer than ${days} day${days === 1 ? '' : 's'}.`;
  });
}

/** What a party announces of its own doing. */
export function announcements(
  { duties }: Agreement,
  from: string,
): { readonly duty: string; readonly sentences: readonly string[] }[] {
  return (duties?.notices ?? [])
    .filter((one) => one.from === from)
    .map((one) => ({ duty: one.id, sentences: noticeSentences(one) }));
}

const FORCE_WORDS: Readonly<Record<NoticeDuty['force'], string>> = {
  binding: 'It is bound to.',
  'as-a-rule': 'It does so as a rule; exceptions are allowed.',
  voluntary: 'It does so of its own will; one that is not given breaks nothing.',
};

function noticeSentences({ of, aboveKm, force, states, beforeS, afterS }: NoticeDuty): string[] {
  const what = listed(of.map((one) => NOTICE_WORDS[one]));
  return [
    `Each ${what}${aboveKm === undefined ? '' : `, planned to go ${aboveWords(aboveKm)}`}.`,
    FORCE_WORDS[force],
    beforeWords(beforeS),
    states === undefined
      ? 'What the notice has to say is not written here.'
      : `The notice says ${listed(states.map((one) => STATED_WORDS[one]))}.`,
    afterS === undefined
      ? 'No report is owed afterwards.'
      : `A report follows within ${secondsWords(afterS)} of the launch.`,
  ];
}

/** `farther than 500 km or higher than 500 km`. */
export function aboveWords({ range, apogee }: NonNullable<NoticeDuty['aboveKm']>): string {
  const bounds = [
    ...(range === undefined ? [] : [`farther than ${range} km`]),
    ...(apogee === undefined ? [] : [`higher than ${apogee} km`]),
  ];
  return bounds.join(' or ');
}

function beforeWords(beforeS: NoticeDuty['beforeS']): string {
  if (beforeS === undefined) return 'How long before is not written here.';
  const { least, most } = beforeS;
  const early = most === undefined ? '' : ` and at most ${secondsWords(most)}`;
  return `It is given at least ${secondsWords(least)}${early} before.`;
}
