import type { ReactNode } from 'react';
import { Switch as AriaSwitch, type SwitchProps as AriaSwitchProps } from 'react-aria-components';
import styles from './toggle.module.css';

export interface SwitchProps extends Omit<AriaSwitchProps, 'className' | 'style' | 'children'> {
  children: ReactNode;
}

/** Takes effect at once; a choice that is sent later is a Checkbox. */
export function Switch({ children, ...rest }: SwitchProps) {
  return (
    <AriaSwitch {...rest} className={styles.toggle ?? ''}>
      <span className={styles.track}>
        <span className={styles.thumb} />
      </span>
      <span className={styles.words}>{children}</span>
    </AriaSwitch>
  );
}
