// SPDX-License-Identifier: Apache-2.0
// Keys and signs, on one sheet.

import { CloseButton, Kbd } from '@mantine/core';
import { memo, useEffect, useRef } from 'react';

const KEYS: readonly (readonly [string, string])[] = [
  ['↑ ↓', 'move through the warnings; Enter opens one'],
  ['Esc', 'close what is open'],
  ['m', 'globe or flat map'],
  ['r', 'look at the chosen warning again, or at home'],
  ['+ −', 'on the map: nearer, farther'],
  ['← → ↑ ↓', 'on the map: turn it'],
  ['Tab', 'to the next part of the page'],
  ['?', 'this sheet'],
];

export const Help = memo(function Help(props: {
  readonly opened: boolean;
  readonly onClose: () => void;
}): React.JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (props.opened) dialog.current?.showModal();
    else dialog.current?.close();
  }, [props.opened]);
  return (
    <dialog ref={dialog} className="help" aria-labelledby="help-heading" onClose={props.onClose}>
      <div className="help-head">
        <h2 id="help-heading">Keys and signs</h2>
        <CloseButton aria-label="Close" onClick={props.onClose} />
      </div>
      <table>
        <tbody>
          {KEYS.map(([keys, text]) => (
            <tr key={text}>
              <th scope="row">
                {keys.split(' ').map((key) => (
                  <Kbd key={key}>{key}</Kbd>
                ))}
              </th>
              <td>{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="help-words">
        <strong>Cue</strong>: something was launched. <strong>Tracked</strong>: where it is and
        where it heads is known. <strong>Confirmed</strong>: two kinds of sensor, or two radars,
        agree, and at least one is our own: a partner alone never confirms.{' '}
        <strong>Concluded</strong>: it is down or in orbit. <strong>Cancelled</strong>: it was not a
        launch.
      </p>
      <p className="help-words">
        Where no sensor reports, there is no report. It never means that nothing is there.
      </p>
    </dialog>
  );
});
