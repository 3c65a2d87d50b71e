import { useEffect, useRef, useState } from 'react';
import { TextField } from '../shared/ui/text-field.tsx';

/** Long enough that fast typing asks the server once, short enough to feel immediate. */
const REST_MS = 250;
/** It stands in the page's address, and a request's head has 16 KiB: a character there may take nine bytes. */
const MOST_TYPED = 500;

/** A text that counts when its writer rests, leaves or presses Enter; Escape empties it. */
export function DelayedField({
  id,
  label,
  placeholder,
  value,
  onChange,
}: {
  id?: string;
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const [typed, setTyped] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  /** What this field said last: another value came from elsewhere, a removed chip or the back button. */
  const said = useRef(value);

  useEffect(() => {
    if (value !== said.current) setTyped(value);
    said.current = value;
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const say = (words: string) => {
    clearTimeout(timer.current);
    if (words.trim() === said.current) return;
    said.current = words.trim();
    onChange(words.trim());
  };
  const type = (words: string) => {
    setTyped(words);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => say(words), REST_MS);
  };

  return (
    <TextField
      {...(id === undefined ? {} : { id })}
      type="text"
      label={label}
      hideLabel
      maxLength={MOST_TYPED}
      placeholder={placeholder}
      value={typed}
      onChange={type}
      onBlur={() => say(typed)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') say(typed);
        else if (event.key === 'Escape' && typed !== '') {
          setTyped('');
          say('');
        } else event.continuePropagation();
      }}
    />
  );
}
