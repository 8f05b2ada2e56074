// SPDX-License-Identifier: Apache-2.0
// What a partner says of our record, held against the record itself: how much of it the partner
// holds, and receipts for it. What contradicts the record is kept as evidence.

import { encodeHex } from '@isthmus/seal';
import type { LinkDriverOptions, LinkSeals } from './driver-options.ts';
import type { LinkEvents } from './port.ts';
import { RecordRoots } from './record-roots.ts';
import type { SessionAction } from './session.ts';

type CheckHave = Extract<SessionAction, { readonly kind: 'check-have' }>;
type Finding = Parameters<LinkEvents['onHeld']>[0]['finding'];

/** Judges claims about one record of ours. */
export class PartnerClaims {
  readonly #options: Pick<LinkDriverOptions, 'reader' | 'mirror' | 'events'>;
  readonly #verifyReceipt: LinkSeals['verifyReceipt'];
  readonly #roots: RecordRoots;

  constructor(
    options: Pick<LinkDriverOptions, 'reader' | 'mirror' | 'events'>,
    verifyReceipt: LinkSeals['verifyReceipt'],
  ) {
    this.#options = options;
    this.#verifyReceipt = verifyReceipt;
    this.#roots = new RecordRoots(options.reader);
  }

  /** What the record says to the claim; tells the owner first, then keeps evidence if it is false. */
  async checkHave({ size, root, claim }: CheckHave): Promise<Finding> {
    const { reader, mirror, events } = this.#options;
    await reader.refresh();
    const fits = size <= reader.size && encodeHex(await this.#roots.rootAt(size)) === root;
    const finding = fits ? 'beginning' : size > reader.size ? 'more' : 'other';
    events.onHeld({ size, finding });
    if (!fits) await mirror.keepEvidence(await reader.against({ size, ...claim }));
    return finding;
  }

  /** Whether the line is a receipt for the first `size` entries; tells the owner, or keeps evidence. */
  async checkReceipt(size: number, line: string): Promise<boolean> {
    const { reader, mirror, events } = this.#options;
    const root = await this.#roots.rootAt(size);
    if (this.#verifyReceipt({ size, root }, line)) {
      events.onReceipt({ size, line });
      return true;
    }
    const checkpoint = await reader.noteAt(size);
    if (checkpoint !== null) {
      await mirror.keepEvidence({ kind: 'bad-receipt', checkpoint, line });
    }
    return false;
  }
}
