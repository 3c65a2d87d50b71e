import { Check, ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { cx } from '../class-names.ts';
import fieldStyles from './field.module.css';
import styles from './menu.module.css';

export interface Choice<Value extends string> {
  value: Value;
  label: string;
  icon?: ReactNode;
}

/** Any number of a few: a button that says how many hold, and a menu that stays open while one ticks. */
export function ChoiceMenu<Value extends string>({
  label,
  face,
  choices,
  chosen,
  onChange,
}: {
  label: string;
  /** What the button shows; the label when left out. */
  face?: string;
  choices: readonly Choice<Value>[];
  chosen: readonly Value[];
  onChange: (chosen: Value[]) => void;
}) {
  return (
    <MenuTrigger>
      <Button className={cx(fieldStyles.input, fieldStyles.choice)}>
        {face ?? label}
        <ChevronDown aria-hidden="true" />
      </Button>
      <Popover className={styles.popover ?? ''} placement="bottom start">
        <Menu
          aria-label={label}
          className={styles.menu ?? ''}
          selectionMode="multiple"
          selectedKeys={chosen}
          onSelectionChange={(keys) =>
            onChange(choices.map(({ value }) => value).filter((value) => keys === 'all' || keys.has(value)))
          }
        >
          {choices.map((choice) => (
            <MenuItem
              key={choice.value}
              id={choice.value}
              textValue={choice.label}
              className={styles.item ?? ''}
            >
              {({ isSelected }) => (
                <>
                  <span className={styles.mark}>{isSelected && <Check aria-hidden="true" />}</span>
                  {choice.icon}
                  <bdi>{choice.label}</bdi>
                </>
              )}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
