// SPDX-License-Identifier: Apache-2.0
// CAP 1.2 out
export type {
  CapArea,
  CapCircle,
  CapInfo,
  CapIssuer,
  CapMessage,
  CapPoint,
  CapReference,
} from './cap/message.ts';
export {
  type CapContext,
  type CapPlace,
  cancelOf,
  messageOf,
  type PlacesTold,
} from './cap/of-warning.ts';
export { type CapSeries, nextMessage } from './cap/series.ts';
export { writeCap } from './cap/xml.ts';
export { FeedsError, type FeedsErrorCode } from './errors.ts';
// GeoJSON in
export { parsePlaces } from './places.ts';
