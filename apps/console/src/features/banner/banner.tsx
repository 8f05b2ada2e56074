// SPDX-License-Identifier: Apache-2.0
// The top of the page: the mode, which can never be overlooked or mistaken; whose picture this is;
// the link; the picture's own clock.

import type { LinkState, PartnerStanding } from '@isthmus/picture';
import { ActionIcon, Tooltip } from '@mantine/core';
import { memo } from 'react';
import type { PictureState } from '../../model/picture-state.ts';
import { standingWords } from '../../model/standing.ts';
import { clockTime, date, grouped, titled } from '../../model/words.ts';

const MODE = {
  exercise: { word: 'EXERCISE', text: 'simulated or recorded data: nothing here is happening' },
  live: { word: 'LIVE', text: 'real sensors, real warnings' },
} as const;

const LINK: Record<LinkState, { readonly word: string; readonly tone: string }> = {
  up: { word: 'Link up', tone: 'good' },
  degraded: { word: 'Link degraded: no word for 3 s', tone: 'caution' },
  lost: { word: 'Link lost: own sensors only', tone: 'alarm' },
  suspended: { word: 'Link suspended: own sensors only', tone: 'caution' },
  off: { word: 'No link configured', tone: 'muted' },
};

export function Banner(props: {
  readonly picture: PictureState;
  readonly onHelp: () => void;
}): React.JSX.Element {
  const { side, status } = props.picture;
  const mode = MODE[side.mode];
  const partner = side.partner === null ? null : titled(side.partner);
  const link = LINK[status.link];
  const agreement =
    side.agreement === null ? '' : ` · agreement ${side.agreement.name} v${side.agreement.version}`;
  return (
    <header className="top">
      <p className={`mode mode-${side.mode}`}>
        <strong>{mode.word}</strong>
        <span>{mode.text}</span>
        <strong aria-hidden="true">{mode.word}</strong>
      </p>
      <div className="header">
        <div className="who">
          <h1>{side.side.toUpperCase()}</h1>
          <p>
            {partner === null ? 'stands alone' : `partner ${partner}`}
            {agreement}
          </p>
        </div>
        <p className={`pill tone-${link.tone}`} data-testid="link" role="status">
          <i className="dot" aria-hidden="true" />
          {link.word}
        </p>
        {status.recording ? null : (
          <p className="pill tone-alarm" role="alert">
            <i className="dot" aria-hidden="true" />
            NOT RECORDING: nothing is released
          </p>
        )}
        {status.partnerClock?.isOff === true ? (
          <p className="pill tone-caution" role="status">
            <i className="dot" aria-hidden="true" />
            Partner’s clock {(Math.abs(status.partnerClock.offsetUs) / 1e6).toFixed(1)} s{' '}
            {status.partnerClock.offsetUs > 0 ? 'ahead' : 'behind'}
          </p>
        ) : null}
        <Word standing={status.standing} />
        <Counts picture={props.picture} />
        <Clock picture={props.picture} />
        <HelpButton onHelp={props.onHelp} />
      </div>
    </header>
  );
}

const HelpButton = memo(function HelpButton(props: {
  readonly onHelp: () => void;
}): React.JSX.Element {
  return (
    <Tooltip label="Keys and signs (?)">
      <ActionIcon variant="default" size="lg" aria-label="Keys and signs" onClick={props.onHelp}>
        ?
      </ActionIcon>
    </Tooltip>
  );
});

/** How the partner's word stands beside own sensors; louder where it does not. */
function Word({
  standing,
}: {
  readonly standing: PartnerStanding | undefined;
}): React.JSX.Element | null {
  if (standing === undefined || standing.scored === 0) return null;
  const { short, long, tone } = standingWords(standing);
  return (
    <Tooltip label={long} multiline w={340} events={{ hover: true, focus: true, touch: true }}>
      <p className={`pill tone-${tone}`} data-testid="standing" role="status" tabIndex={0}>
        <i className="dot" aria-hidden="true" />
        {short}
      </p>
    </Tooltip>
  );
}

function Counts({ picture }: { readonly picture: PictureState }): React.JSX.Element | null {
  if (picture.side.partner === null) return null;
  const { released, withheld, received, refused } = picture.status.counts;
  return (
    <dl className="counts">
      <div>
        <dt>sent</dt>
        <dd>{grouped(released)}</dd>
      </div>
      <div>
        <dt>withheld</dt>
        <dd>{grouped(withheld)}</dd>
      </div>
      <div>
        <dt>received</dt>
        <dd>{grouped(received)}</dd>
      </div>
      {refused === 0 ? null : (
        <div className="tone-alarm">
          <dt>refused</dt>
          <dd>{grouped(refused)}</dd>
        </div>
      )}
    </dl>
  );
}

function Clock({ picture }: { readonly picture: PictureState }): React.JSX.Element {
  const { at, speed, over } = picture.clock;
  const pace = over
    ? 'the flight is over'
    : speed === 'max'
      ? 'as fast as it goes'
      : speed === 1
        ? 'real time'
        : `${speed} × real time`;
  return (
    <div className="clock">
      <time>{at === null ? '--:--:--' : clockTime(at)}</time>
      <p>
        {at === null ? '' : `${date(at)} · `}
        {pace}
      </p>
    </div>
  );
}
