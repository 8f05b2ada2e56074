// SPDX-License-Identifier: Apache-2.0
// The warnings, one row a launch: stage, kind, what it rests on, how old the last look is, and how
// long until the impact.

import { secondsBetween } from '@isthmus/earth';
import { memo, useEffect, useRef, useState } from 'react';
import { useNames } from '../../app/use-feed.ts';
import {
  basisWords,
  type Case,
  impactOf,
  isEnded,
  KIND_WORDS,
  lastSeenOf,
  STAGE_WORDS,
} from '../../model/cases.ts';
import type { PictureState } from '../../model/picture-state.ts';
import {
  bearing,
  clockTime,
  countdown,
  duration,
  place,
  squareKilometres,
  titled,
} from '../../model/words.ts';
import { symbolOf } from './symbol.ts';

/** `version` stands for what changed inside the picture. */
export const Warnings = memo(function Warnings(props: {
  readonly cases: readonly Case[];
  readonly picture: PictureState;
  readonly version: number;
  readonly selected: string | null;
  readonly onSelect: (key: string) => void;
}): React.JSX.Element {
  const { cases, picture, selected, onSelect } = props;
  const list = useRef<HTMLUListElement>(null);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const rows = [...(list.current?.querySelectorAll('button') ?? [])];
    const next = rows[rows.indexOf(document.activeElement as HTMLButtonElement) + step];
    if (step === 0 || next === undefined) return;
    event.preventDefault();
    next.focus();
  };
  const open = cases.filter((one) => !isEnded(one.warning)).length;
  return (
    <section className="warnings" aria-labelledby="warnings-heading" id="warnings" tabIndex={-1}>
      <h2 id="warnings-heading">
        Warnings <span className="count">{open}</span>
      </h2>
      {cases.length === 0 ? (
        <p className="quiet">
          No warning. That is what own sensors and {titled(picture.side.partner ?? 'the partner')}{' '}
          report; it is not proof of an empty sky.
        </p>
      ) : (
        <ul ref={list} onKeyDown={onKeyDown}>
          {cases.map((one) => (
            <li key={one.key}>
              <Row
                one={one}
                picture={picture}
                isSelected={one.key === selected}
                onSelect={() => onSelect(one.key)}
              />
            </li>
          ))}
        </ul>
      )}
      <Announcer cases={cases} />
    </section>
  );
});

function Row(props: {
  readonly one: Case;
  readonly picture: PictureState;
  readonly isSelected: boolean;
  readonly onSelect: () => void;
}): React.JSX.Element {
  const { one, picture, isSelected } = props;
  const { warning } = one;
  const names = useNames();
  const now = picture.clock.at;
  const lastSeen = lastSeenOf(one);
  const ended = isEnded(warning);
  const launch = warning.launch;
  const isPartners = warning.basis === 'partner-only';
  return (
    <button
      type="button"
      className={`row stage-${warning.stage}${ended ? ' ended' : ''}`}
      aria-pressed={isSelected}
      onClick={props.onSelect}
      data-testid="warning"
    >
      <img src={symbolOf(warning.assessment)} alt="" width="44" height="44" />
      <span className="row-head">
        <span className="stage">
          <StagePips stage={warning.stage} />
          {STAGE_WORDS[warning.stage]}
        </span>
        <span className={`basis${isPartners ? ' by-partner' : ''}`}>
          {basisWords(warning.basis, titled(names.partner))}
        </span>
      </span>
      <span className="row-title">
        {launch === null ? 'Launch, place not yet known' : `Launch ${clockTime(launch.time)}`}
      </span>
      <span className="row-line">
        {launch === null ? '' : place(launch.point)}
        {launch === null || launch.azimuthRad === null
          ? ''
          : ` · heading ${bearing(launch.azimuthRad)}`}
      </span>
      <span className="row-line">
        {KIND_WORDS[warning.assessment]}
        {lastSeen === null || now === null
          ? ''
          : ` · last look ${duration(secondsBetween(lastSeen, now))} ago`}
      </span>
      <Impact one={one} picture={picture} />
    </button>
  );
}

function Impact({
  one,
  picture,
}: {
  readonly one: Case;
  readonly picture: PictureState;
}): React.JSX.Element {
  const impact = impactOf(one.warning);
  const now = picture.clock.at;
  if (isEnded(one.warning) || now === null) {
    const last = one.warning.history.at(-1);
    return <span className="row-line">{last === undefined ? '' : last.because}</span>;
  }
  if (impact === null) return <span className="row-line no-impact">no impact statement yet</span>;
  return (
    <span className="row-impact">
      <span className="countdown">{countdown(secondsBetween(now, impact.time))}</span>
      <span>
        to impact, ± {Math.round(impact.timeSigmaS)} s<br />
        {squareKilometres(impact.areaKm2)}
      </span>
    </span>
  );
}

const STAGES = ['cue', 'tracked', 'confirmed'] as const;

/** One pip for each step taken: the stage is read by shape and not by colour alone. */
export function StagePips({
  stage,
}: {
  readonly stage: Case['warning']['stage'];
}): React.JSX.Element | null {
  const reached = (STAGES as readonly string[]).indexOf(stage);
  if (reached < 0) return null;
  return (
    <svg className="pips" viewBox="0 0 34 10" aria-hidden="true">
      {STAGES.map((name, i) => (
        <rect
          key={name}
          x={1 + i * 12}
          y="1"
          width="8"
          height="8"
          rx="1.5"
          fill={i <= reached ? 'currentColor' : 'none'}
          stroke="currentColor"
        />
      ))}
    </svg>
  );
}

/** Tells a screen reader of each stage a warning reaches, and of nothing else. */
function Announcer({ cases }: { readonly cases: readonly Case[] }): React.JSX.Element {
  const told = useRef(new Map<string, string>());
  const [text, setText] = useState('');
  useEffect(() => {
    for (const { key, warning } of cases) {
      if (told.current.get(key) === warning.stage) continue;
      told.current.set(key, warning.stage);
      setText(`${STAGE_WORDS[warning.stage]}: ${warning.history.at(-1)?.because ?? ''}`);
    }
  }, [cases]);
  return (
    <p className="visually-hidden" aria-live="assertive">
      {text}
    </p>
  );
}
