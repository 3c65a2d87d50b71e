import { useEffect, useRef, useState } from 'react';
import { MAX_FIELD_CHARACTERS, MAX_SEARCH_WORDS, ofFewWords } from '../../protocol/session-query.ts';
import { t } from '../shared/strings.ts';
import { TextField } from '../shared/ui/text-field.tsx';

/** Long enough that fast typing asks the server once, short enough to feel immediate. */
const REST_MS = 250;
/** It stands in the page's address, and a request's head has 16 KiB: a character there may take nine bytes. */
export const MOST_SEARCHED = 500;

/** What the broker would refuse. */
function faultOf(words: string, maxCharacters: number): string | undefined {
  if (words.length > maxCharacters) return t.log.tooLong(maxCharacters);
  return ofFewWords(words) ? undefined : t.log.tooManyWords(MAX_SEARCH_WORDS);
}

/** A text that counts when its writer rests, leaves or presses Enter; Escape empties it. What cannot be asked stays, marked. */
export function DelayedField({
  id,
  label,
  placeholder,
  value,
  maxCharacters = MAX_FIELD_CHARACTERS,
  onChange,
}: {
  id?: string;
  label: string;
  placeholder: string;
  value: string;
  maxCharacters?: number;
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
    if (words.trim() === said.current || faultOf(words.trim(), maxCharacters) !== undefined) return;
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
      error={faultOf(typed.trim(), maxCharacters)}
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
