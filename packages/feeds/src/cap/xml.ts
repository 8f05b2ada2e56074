// SPDX-License-Identifier: Apache-2.0
// A CAP message as XML 1.0, elements in the order of the schema. What XML cannot carry (control
// characters, half a surrogate pair) becomes U+FFFD, so that no text can make a message unreadable.

import { type Instant, isoFromInstant } from '@isthmus/earth';
import type { CapArea, CapMessage, CapPoint, CapReference } from './message.ts';

const NAMESPACE = 'urn:oasis:names:tc:emergency:cap:1.2';
const RESTRICTION = 'For those whose duty is to judge warnings. Not for the public.';
const EXERCISE_NOTE = 'An exercise. Nothing told here has happened.';

interface Element {
  readonly name: string;
  readonly content: string | readonly Element[];
}

/** The message as a document. */
export function writeCap(message: CapMessage): string {
  const lines = linesOf({ name: 'alert', content: alertOf(message) }, '');
  const [open, ...rest] = lines;
  const root = open?.replace('<alert>', `<alert xmlns="${NAMESPACE}">`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${[root, ...rest].join('\n')}\n`;
}

function alertOf(message: CapMessage): Element[] {
  const { issuer, references } = message;
  const isExercise = issuer.mode === 'exercise';
  const isPrivate = issuer.addresses.length > 0;
  return [
    text('identifier', message.identifier),
    text('sender', issuer.sender),
    text('sent', capTime(message.sent)),
    text('status', isExercise ? 'Exercise' : 'Actual'),
    text('msgType', message.msgType),
    text('scope', isPrivate ? 'Private' : 'Restricted'),
    ...(isPrivate
      ? [text('addresses', issuer.addresses.join(' '))]
      : [text('restriction', RESTRICTION)]),
    ...(isExercise ? [text('note', EXERCISE_NOTE)] : []),
    ...(references.length === 0
      ? []
      : [text('references', references.map(referenceText).join(' '))]),
    { name: 'info', content: infoOf(message) },
  ];
}

function infoOf({ info, issuer }: CapMessage): Element[] {
  return [
    text('language', 'en'),
    text('category', 'Security'),
    text('event', info.event),
    text('responseType', info.responseType),
    text('urgency', info.urgency),
    text('severity', info.severity),
    text('certainty', info.certainty),
    ...(info.onset === null ? [] : [text('onset', capTime(info.onset))]),
    text('expires', capTime(info.expires)),
    text('senderName', issuer.senderName),
    text('headline', info.headline),
    text('description', info.description),
    ...info.parameters.map(({ name, value }) => ({
      name: 'parameter',
      content: [text('valueName', `isthmus:${name}`), text('value', value)],
    })),
    ...info.areas.map((area) => ({ name: 'area', content: areaOf(area) })),
  ];
}

function areaOf(area: CapArea): Element[] {
  return [
    text('areaDesc', area.description),
    ...area.polygons.map((points) => text('polygon', points.map(pointText).join(' '))),
    ...area.circles.map(({ centre, radiusKm }) =>
      text('circle', `${pointText(centre)} ${radiusKm.toFixed(3)}`),
    ),
  ];
}

/** Latitude first, to 1e-5 of a degree: a metre. */
function pointText({ latitudeDeg, longitudeDeg }: CapPoint): string {
  return `${latitudeDeg.toFixed(5)},${longitudeDeg.toFixed(5)}`;
}

function referenceText({ sender, identifier, sent }: CapReference): string {
  return `${sender},${identifier},${capTime(sent)}`;
}

/** To the second, with the offset in figures: the standard forbids "Z", and says UTC as "-00:00". */
function capTime(at: Instant): string {
  return `${isoFromInstant(at).slice(0, 19)}-00:00`;
}

function text(name: string, content: string): Element {
  return { name, content };
}

function linesOf({ name, content }: Element, indent: string): string[] {
  if (typeof content === 'string') return [`${indent}<${name}>${escaped(content)}</${name}>`];
  const inner = content.flatMap((one) => linesOf(one, `${indent}  `));
  return [`${indent}<${name}>`, ...inner, `${indent}</${name}>`];
}

/** Text as XML character data; every reader gives back the same characters. */
export function escaped(value: string): string {
  return value
    .toWellFormed()
    .replaceAll(NOT_XML, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;');
}

// What is no Char of XML 1.0 (fifth edition, production 2), surrogates aside.
const NOT_XML = /[^\t\n\r\u{20}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;
