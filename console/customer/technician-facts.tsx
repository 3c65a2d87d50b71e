import { BadgeCheck } from 'lucide-react';
import type { TechnicianCard } from '../../protocol/join.ts';
import { t } from '../shared/strings.ts';
import { StepTitle } from './step-title.tsx';
import styles from './technician-facts.module.css';

/** The heading of the technician card. */
export function TechnicianTitle({ card }: { card: TechnicianCard }) {
  return (
    <StepTitle>
      <bdi>{card.technician.name}</bdi> {t.customer.card.wantsToHelp}
    </StepTitle>
  );
}

/** Who wants to help, for whom and why. */
export function TechnicianFacts({ card }: { card: TechnicianCard }) {
  const text = t.customer.card;
  const facts: [string, string | undefined][] = [
    [text.organisation, card.organisation],
    [text.team, card.technician.team],
    [text.reason, card.reason],
    [text.reference, card.reference],
  ];
  return (
    <div>
      <p className={styles.verified}>
        <BadgeCheck aria-hidden="true" />
        <span>
          <strong>{text.verified}.</strong> {text.verifiedMeaning(card.organisation)}
        </span>
      </p>
      <dl className={styles.facts}>
        {facts.map(
          ([name, value]) =>
            value !== undefined && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  <bdi>{value}</bdi>
                </dd>
              </div>
            ),
        )}
      </dl>
    </div>
  );
}

/** What is kept and for how long, in the words of the organisation, each of its lines a paragraph. */
export function ConsentText({
  card,
  title = t.customer.card.kept,
}: {
  card: TechnicianCard;
  title?: string;
}) {
  return (
    <section className={styles.kept}>
      <h2>{title}</h2>
      {card.consentText
        .split(/\n+/)
        .filter((line) => line.trim() !== '')
        .map((line) => (
          <p key={line}>
            <bdi>{line}</bdi>
          </p>
        ))}
    </section>
  );
}
