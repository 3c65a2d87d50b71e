import type { HTMLInputAutoCompleteAttribute, Ref } from 'react';
import {
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
  FieldError,
  Input,
  Label,
  Text,
  TextArea,
} from 'react-aria-components';
import { cx } from '../class-names.ts';
import { t } from '../strings.ts';
import styles from './field.module.css';

export interface TextFieldProps extends Omit<AriaTextFieldProps, 'className' | 'style' | 'children'> {
  label: string;
  /** Shown under the field all the time. */
  hint?: string | undefined;
  /** What is wrong with it now. */
  error?: string | undefined;
  placeholder?: string;
  autoComplete?: HTMLInputAutoCompleteAttribute;
  /** More than one line. */
  lines?: number;
  /** Says "required" beside it, when most others may stay empty. */
  markRequired?: boolean;
  hideLabel?: boolean;
  inputRef?: Ref<HTMLInputElement>;
  inputClassName?: string;
}

export function TextField({
  label,
  hint,
  error,
  placeholder,
  lines,
  markRequired = false,
  hideLabel = false,
  inputRef,
  inputClassName,
  ...rest
}: TextFieldProps) {
  const shown = placeholder === undefined ? {} : { placeholder };
  return (
    <AriaTextField
      {...rest}
      isInvalid={error !== undefined}
      validationBehavior="aria"
      className={styles.field ?? ''}
    >
      <div className={cx(styles.label, hideLabel && 'only-for-screen-readers')}>
        <Label>{label}</Label>
        {/* The field itself tells screen readers that it is required. */}
        {markRequired && (
          <span className={styles.required} aria-hidden="true">
            {t.required}
          </span>
        )}
      </div>
      {lines === undefined ? (
        <Input
          {...shown}
          className={cx(styles.input, inputClassName)}
          {...(inputRef ? { ref: inputRef } : {})}
        />
      ) : (
        <TextArea {...shown} rows={lines} className={cx(styles.input, inputClassName)} />
      )}
      {hint !== undefined && (
        <Text slot="description" className={styles.hint ?? ''}>
          {hint}
        </Text>
      )}
      <FieldError className={styles.error ?? ''}>{error}</FieldError>
    </AriaTextField>
  );
}
