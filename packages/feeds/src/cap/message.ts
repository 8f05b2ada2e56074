// SPDX-License-Identifier: Apache-2.0
// A CAP 1.2 message as plain data: the part of the OASIS standard that this side uses, with only the
// values it can mean. Common Alerting Protocol 1.2, OASIS Standard, 1 July 2010 (ITU-T X.1303 bis).

import type { Instant } from '@isthmus/earth';

/** Whose message it is and for whom; from the side's configuration. */
export interface CapIssuer {
  /** Identifies the sender for ever, such as a domain name: no space, comma, `<` or `&`. */
  readonly sender: string;
  /** As people call it. */
  readonly senderName: string;
  readonly mode: 'exercise' | 'live';
  /** To whom it goes, each without spaces; none: whoever may know, by the restriction. */
  readonly addresses: readonly string[];
}

/** How an earlier message is named in a later one. */
export interface CapReference {
  readonly sender: string;
  readonly identifier: string;
  readonly sent: Instant;
}

/** Degrees, WGS 84; longitude in [-180, 180]. */
export interface CapPoint {
  readonly latitudeDeg: number;
  readonly longitudeDeg: number;
}

export interface CapCircle {
  readonly centre: CapPoint;
  readonly radiusKm: number;
}

/** The union of its polygons and circles. A polygon is closed: its last point is its first. */
export interface CapArea {
  readonly description: string;
  readonly polygons: readonly (readonly CapPoint[])[];
  readonly circles: readonly CapCircle[];
}

export interface CapInfo {
  readonly event: string;
  readonly responseType: 'Assess' | 'Monitor' | 'None';
  readonly urgency: 'Immediate' | 'Expected' | 'Past' | 'Unknown';
  readonly severity: 'Extreme' | 'Severe' | 'Minor' | 'Unknown';
  readonly certainty: 'Observed' | 'Likely' | 'Possible' | 'Unlikely' | 'Unknown';
  readonly onset: Instant | null;
  /** Always there: what has no end stays in receivers (J-Alert, October 2022). */
  readonly expires: Instant;
  readonly headline: string;
  readonly description: string;
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
  readonly areas: readonly CapArea[];
}

/**
 * One message. `scope` has no `Public`: a warning from a watch floor goes to named addressees or to
 * those who may know, and what the public is told is written by whoever answers for that ground.
 */
export interface CapMessage {
  readonly issuer: CapIssuer;
  readonly identifier: string;
  readonly sent: Instant;
  readonly msgType: 'Alert' | 'Update' | 'Cancel';
  /** Every earlier message of the warning, so that nobody who missed one keeps an older in force. */
  readonly references: readonly CapReference[];
  readonly info: CapInfo;
}

/** How later messages name this one. */
export function referenceTo(message: CapMessage): CapReference {
  return {
    sender: message.issuer.sender,
    identifier: message.identifier,
    sent: message.sent,
  };
}
