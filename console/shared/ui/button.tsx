import type { ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components';
import { cx } from '../class-names.ts';
import styles from './button.module.css';
import { Spinner } from './progress.tsx';

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'style' | 'children'> {
  /** `primary`: the one thing to do here. `danger`: ends or removes something. `quiet`: no frame until pointed at. */
  kind?: 'primary' | 'secondary' | 'quiet' | 'danger';
  size?: 'small' | 'medium' | 'large';
  icon?: ReactNode;
  children?: ReactNode;
  className?: string | undefined;
}

/** While `isPending` it keeps its width, shows a spinner and takes no press. */
export function Button({
  kind = 'secondary',
  size = 'medium',
  icon,
  children,
  className,
  ...rest
}: ButtonProps) {
  return (
    <AriaButton
      {...rest}
      className={cx(
        styles.button,
        styles[kind],
        styles[size],
        children === undefined && styles['icon-only'],
        className,
      )}
    >
      {({ isPending }) => (
        <>
          {isPending ? <Spinner /> : icon}
          {children}
        </>
      )}
    </AriaButton>
  );
}
