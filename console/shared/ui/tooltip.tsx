import type { ReactElement, ReactNode } from 'react';
import { Tooltip as AriaTooltip, type TooltipProps, TooltipTrigger } from 'react-aria-components';
import styles from './tooltip.module.css';

/** Words for a button that shows only an icon; the button carries an `aria-label` as well. */
export function Tooltip({
  text,
  children,
  placement = 'top',
}: {
  text: ReactNode;
  children: ReactElement;
  placement?: NonNullable<TooltipProps['placement']>;
}) {
  return (
    <TooltipTrigger delay={400} closeDelay={80}>
      {children}
      <AriaTooltip placement={placement} offset={6} className={styles.tooltip ?? ''}>
        {text}
      </AriaTooltip>
    </TooltipTrigger>
  );
}
