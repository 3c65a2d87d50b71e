import { type ChangeEvent, type RefObject, useId, useLayoutEffect, useRef } from 'react';
import { cx } from '../../shared/class-names.ts';
import { t } from '../../shared/strings.ts';
import { editCode } from './code-entry.ts';
import styles from './code-field.module.css';

/** Nine digits, grouped while they are typed or pasted. */
export function CodeField({
  value,
  onChange,
  error,
  inputRef,
}: {
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
  inputRef: RefObject<HTMLInputElement | null>;
}) {
  const id = useId();
  const text = t.customer.join;
  const caret = useRef<number>(undefined);

  // React puts the caret at the end of a value that is not the one typed.
  useLayoutEffect(() => {
    if (caret.current !== undefined) inputRef.current?.setSelectionRange(caret.current, caret.current);
    caret.current = undefined;
  });

  const edit = ({ target }: ChangeEvent<HTMLInputElement>) => {
    const edited = editCode(target.value, target.selectionStart ?? target.value.length);
    caret.current = edited.caret;
    onChange(edited.text);
  };

  return (
    <div className={styles.field}>
      <label htmlFor={id}>{text.field}</label>
      <input
        ref={inputRef}
        id={id}
        value={value}
        onChange={edit}
        className={cx(styles.input, 'figures')}
        inputMode="numeric"
        autoComplete="one-time-code"
        spellCheck={false}
        placeholder={text.placeholder}
        // biome-ignore lint/a11y/noAutofocus: the page is this one field
        autoFocus
        aria-required="true"
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-error`}
      />
      <p id={`${id}-error`} className={styles.error} role="alert">
        {error}
      </p>
    </div>
  );
}
