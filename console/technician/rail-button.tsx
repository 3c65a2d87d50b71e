import { Ban } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button, type ButtonProps } from 'react-aria-components';
import type { ToolStanding } from '../../protocol/grant.ts';
import { cx } from '../shared/class-names.ts';
import { t } from '../shared/strings.ts';
import styles from './tool-rail.module.css';

export interface RailButtonProps extends Omit<ButtonProps, 'className' | 'style' | 'children'> {
  icon: ReactNode;
  /** The short word under the icon; `label` is what screen readers say. */
  word: string;
  label: string;
  /** Of a tool: its colour and form. */
  standing?: ToolStanding;
  /** Of a tool that may not be asked for yet: in how many seconds it may be. */
  waitSeconds?: number;
  /** Of something that is on or off. */
  isPressed?: boolean;
}

export function RailButton({
  icon,
  word,
  label,
  standing,
  waitSeconds = 0,
  isPressed,
  ...rest
}: RailButtonProps) {
  return (
    <Button
      {...rest}
      aria-label={label}
      {...(isPressed === undefined ? {} : { 'aria-pressed': isPressed })}
      data-standing={standing}
      className={cx(
        styles.button,
        standing && styles[standing],
        isPressed && styles.pressed,
        waitSeconds > 0 && styles.waits,
      )}
    >
      <span className={styles.icon}>
        {icon}
        {(standing === 'refused' || standing === 'revoked') && <Ban className={styles.no} />}
      </span>
      <span className={styles.word} aria-hidden="true">
        {word}
      </span>
      {waitSeconds > 0 && (
        <span className={styles.wait} aria-hidden="true">
          {t.units.seconds(waitSeconds)}
        </span>
      )}
    </Button>
  );
}
