// SPDX-License-Identifier: Apache-2.0
// Why a warning says what it says: what it rests on, how sure it is, what own sensors alone would
// say, why the other side saw it and this one did not, and every step it took.

import type { WarningStep } from '@isthmus/picture';
import { CloseButton } from '@mantine/core';
import { memo } from 'react';
import { useNames } from '../../app/use-feed.ts';
import { basisWords, type Case, KIND_WORDS, STAGE_WORDS } from '../../model/cases.ts';
import {
  actorOf,
  aloneLine,
  announcedLine,
  type EvidenceLine,
  evidenceLines,
  factsOf,
  headline,
  reportLine,
  sightLines,
} from '../../model/explain.ts';
import type { PictureState } from '../../model/picture-state.ts';
import { clockTime, duration, titled } from '../../model/words.ts';
import { StagePips } from '../warnings/warnings.tsx';

/** `version` stands for what changed inside the picture. */
export const Details = memo(function Details(props: {
  readonly one: Case;
  readonly picture: PictureState;
  readonly version: number;
  readonly onSelect: (key: null) => void;
}): React.JSX.Element {
  const { one, picture } = props;
  const { warning } = one;
  const names = useNames();
  const announced = announcedLine(one, picture);
  return (
    <section className="details" aria-labelledby="details-heading">
      <div className="details-head">
        <h2 id="details-heading" className={`stage-${warning.stage}`}>
          <span className="stage">
            <StagePips stage={warning.stage} />
            {STAGE_WORDS[warning.stage]}
          </span>
          <span>{KIND_WORDS[warning.assessment]}</span>
        </h2>
        <CloseButton aria-label="Close the details" onClick={() => props.onSelect(null)} />
      </div>
      <div className="details-body" tabIndex={0} role="region" aria-label="Why">
        <p className="lead">{headline(warning)}</p>
        {announced === null ? null : <p data-testid="announced">{announced}</p>}
        <dl className="facts">
          {factsOf(one).map(({ name, value, note }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                {value} {note === null ? null : <span className="note">{note}</span>}
              </dd>
            </div>
          ))}
        </dl>
        <Why one={one} picture={picture} />
        <h3>Rests on {basisWords(warning.basis, titled(names.partner))}</h3>
        <ul className="evidence">
          {evidenceLines(one, picture).map((line) => (
            <Piece key={line.key} line={line} />
          ))}
        </ul>
        <Sights one={one} picture={picture} />
        <h3>Every step</h3>
        <ol className="history">
          {warning.history.map((step, i) => (
            <li key={`${i} ${step.at}`}>
              <time>{clockTime(step.at)}</time>
              <span>
                <strong>{STAGE_WORDS[step.stage]}.</strong> {step.because}
                <Actor step={step} />
              </span>
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
});

/** Who acted, apart from the sentence: what a person did is told from what sensors did at a glance. */
function Actor({ step }: { readonly step: WarningStep }): React.JSX.Element | null {
  const actor = actorOf(step);
  return actor === null ? null : <span className="actor">{actor}</span>;
}

/** The two sides side by side: who saw it first and why, and what the link is worth here. */
function Why({
  one,
  picture,
}: {
  readonly one: Case;
  readonly picture: PictureState;
}): React.JSX.Element | null {
  const { partner } = useNames();
  const lines = [...one.says, aloneLine(one, picture), reportLine(one, picture)].filter(
    (line) => line !== null,
  );
  if (lines.length === 0) return null;
  return (
    <div className="why" data-testid="why">
      <h3>With and without {titled(partner)}</h3>
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </div>
  );
}

function Piece({ line }: { readonly line: EvidenceLine }): React.JSX.Element {
  return (
    <li className={`by-${line.party}`}>
      <strong>{line.who}</strong>
      <span>{line.what}</span>
      <span className="note">
        since {clockTime(line.firstSeen)}, last {duration(line.ageS)} ago
      </span>
    </li>
  );
}

function Sights({
  one,
  picture,
}: {
  readonly one: Case;
  readonly picture: PictureState;
}): React.JSX.Element | null {
  const lines = sightLines(one, picture);
  if (lines.length === 0) return null;
  return (
    <>
      <h3>What own sensors can see of it</h3>
      <ul className="sights">
        {lines.map(({ sensor, state, text }) => (
          <li key={sensor} className={`sight-${state.replace(' ', '-')}`}>
            <strong>{sensor}</strong> {text}
          </li>
        ))}
      </ul>
    </>
  );
}
