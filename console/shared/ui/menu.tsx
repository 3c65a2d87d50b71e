import type { ReactElement, ReactNode } from 'react';
import {
  Menu as AriaMenu,
  Header,
  Keyboard,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
  type PopoverProps,
} from 'react-aria-components';
import styles from './menu.module.css';

export interface MenuEntry {
  id: string;
  label: string;
  icon?: ReactNode;
  /** Shown at the end of the line; it does not bind the key. */
  keys?: string;
  onAction: () => void;
  isDisabled?: boolean;
}

export interface MenuGroup {
  title?: string;
  entries: readonly MenuEntry[];
}

/** `trigger` is a Button; the menu opens from it. */
export function Menu({
  trigger,
  label,
  groups,
  placement = 'bottom start',
}: {
  trigger: ReactElement;
  label: string;
  groups: readonly MenuGroup[];
  placement?: NonNullable<PopoverProps['placement']>;
}) {
  return (
    <MenuTrigger>
      {trigger}
      <Popover className={styles.popover ?? ''} placement={placement}>
        <AriaMenu aria-label={label} className={styles.menu ?? ''}>
          {groups.map((group, index) => (
            <MenuSection
              key={group.title ?? index}
              className={styles.section ?? ''}
              {...(group.title === undefined ? { 'aria-label': label } : {})}
            >
              {group.title !== undefined && <Header className={styles.title ?? ''}>{group.title}</Header>}
              {group.entries.map((entry) => (
                <MenuItem
                  key={entry.id}
                  id={entry.id}
                  textValue={entry.label}
                  onAction={entry.onAction}
                  isDisabled={entry.isDisabled ?? false}
                  className={styles.item ?? ''}
                >
                  {entry.icon !== undefined && <span className={styles.mark}>{entry.icon}</span>}
                  <span>{entry.label}</span>
                  {entry.keys !== undefined && (
                    <Keyboard className={styles.keys ?? ''}>{entry.keys}</Keyboard>
                  )}
                </MenuItem>
              ))}
            </MenuSection>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
