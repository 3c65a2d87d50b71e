import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { Checkbox as AriaCheckbox, type CheckboxProps as AriaCheckboxProps } from 'react-aria-components';
import styles from './toggle.module.css';

export interface CheckboxProps extends Omit<AriaCheckboxProps, 'className' | 'style' | 'children'> {
  children: ReactNode;
  /** A second, quieter line that belongs to the label. */
  hint?: ReactNode;
}

export function Checkbox({ children, hint, ...rest }: CheckboxProps) {
  return (
    <AriaCheckbox {...rest} className={styles.toggle ?? ''}>
      <span className={styles.box}>
        <Check aria-hidden="true" />
      </span>
      <span className={styles.words}>
        <span>{children}</span>
        {hint !== undefined && <span className={styles.hint}>{hint}</span>}
      </span>
    </AriaCheckbox>
  );
}
