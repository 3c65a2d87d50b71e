import type { ReactNode } from 'react';
import { useId } from 'react';
import styles from './facts.module.css';

export type Fact = readonly [name: string, value: ReactNode | undefined];

/** Names and values; what is not known has no line. Plain text keeps its own direction. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className={styles.facts}>
      {facts.map(
        ([name, value]) =>
          value !== undefined && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{typeof value === 'string' ? <bdi>{value}</bdi> : value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

/** A titled part of the record. */
export function Group({
  title,
  isPlain = false,
  children,
}: {
  title: string;
  /** Without a frame of its own, for the narrow panel. */
  isPlain?: boolean;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section className={isPlain ? styles.plain : styles.group} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}
