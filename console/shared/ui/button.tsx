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

/**
 * While `isPending` it shows a spinner, keeps the focus and takes no press. (react-aria's own pending state points its
 * announcement at a progress bar inside the button, which is gone when it is read.)
 */
export function Button({
  kind = 'secondary',
  size = 'medium',
  icon,
  children,
  className,
  isPending = false,
  type = 'button',
  onPress,
  ...rest
}: ButtonProps) {
  const pressed = isPending ? undefined : onPress;
  return (
    <AriaButton
      {...rest}
      type={isPending ? 'button' : type}
      {...(pressed ? { onPress: pressed } : {})}
      className={cx(
        styles.button,
        styles[kind],
        styles[size],
        children === undefined && styles['icon-only'],
        isPending && styles.pending,
        className,
      )}
    >
      {isPending ? <Spinner /> : icon}
      {children}
    </AriaButton>
  );
}
