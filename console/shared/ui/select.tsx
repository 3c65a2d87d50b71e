import { Check, ChevronDown } from 'lucide-react';
import {
  Select as AriaSelect,
  Button,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  SelectValue,
  Text,
} from 'react-aria-components';
import { cx } from '../class-names.ts';
import styles from './field.module.css';
import listStyles from './menu.module.css';

export interface Option<Value extends string> {
  value: Value;
  label: string;
}

/** One choice of a few. */
export function Select<Value extends string>({
  label,
  hideLabel = false,
  hint,
  options,
  value,
  onChange,
  isDisabled = false,
}: {
  label: string;
  hideLabel?: boolean;
  hint?: string;
  options: readonly Option<Value>[];
  value: Value;
  onChange: (value: Value) => void;
  isDisabled?: boolean;
}) {
  return (
    <AriaSelect
      className={styles.field ?? ''}
      value={value}
      isDisabled={isDisabled}
      onChange={(key) => onChange(key as Value)}
    >
      <Label className={cx(styles.label, hideLabel && 'only-for-screen-readers')}>{label}</Label>
      <Button className={cx(styles.input, styles.choice)}>
        <SelectValue>{({ selectedText }) => selectedText}</SelectValue>
        <ChevronDown aria-hidden="true" />
      </Button>
      {hint !== undefined && (
        <Text slot="description" className={styles.hint ?? ''}>
          {hint}
        </Text>
      )}
      <Popover className={listStyles.popover ?? ''}>
        <ListBox className={listStyles.menu ?? ''}>
          {options.map((option) => (
            <ListBoxItem
              key={option.value}
              id={option.value}
              textValue={option.label}
              className={listStyles.item ?? ''}
            >
              {({ isSelected }) => (
                <>
                  <span className={listStyles.mark}>{isSelected && <Check aria-hidden="true" />}</span>
                  {option.label}
                </>
              )}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
