// SPDX-License-Identifier: Apache-2.0
// What is said when the node itself does not answer: the picture below is old, and must not pass
// for a quiet sky.

import type { Contact } from '../../adapters/feed-client.ts';

export function ContactBar(props: {
  readonly contact: Contact;
  readonly heardMs: number | null;
  readonly hasPicture: boolean;
}): React.JSX.Element | null {
  const { contact, heardMs, hasPicture } = props;
  if (contact === 'live') return null;
  if (!hasPicture) {
    const text = contact === 'gone' ? 'The node does not answer. Trying again …' : 'Connecting …';
    return (
      <p className="contact waiting-text" role="status">
        {text}
      </p>
    );
  }
  const since = heardMs === null ? '' : ` since ${new Date(heardMs).toISOString().slice(11, 19)}Z`;
  return (
    <p className="contact" role="alert" data-testid="contact">
      <strong>NO WORD FROM THIS NODE{since}.</strong> The picture is as it was then; silence is not
      an empty sky.
    </p>
  );
}
