// SPDX-License-Identifier: Apache-2.0
// The link's only notion of time: the instants that heartbeats carry, whose type is `wire`'s.

import type { Frame } from '@isthmus/wire';

/** Integer microseconds UTC since 1970, as `earth` brands it. */
export type Instant = Extract<Frame, { readonly kind: 'heartbeat' }>['at'];
