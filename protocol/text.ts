import { z } from 'zod';
import './plain-words.ts';

const CONTROL = /[\p{Cc}\u2028\u2029]/gu;
const CONTROL_BUT_NEWLINE = /(?!\n)[\p{Cc}\u2028\u2029]/gu;
/** Bidirectional overrides and isolates: they make a text read as another one. */
const BIDI = /[\u202A-\u202E\u2066-\u2069]/gu;

const clean = (text: string, control: RegExp) =>
  text.toWellFormed().replace(BIDI, '').replace(control, ' ').trim();

/** One line of text from a person: control characters and bidirectional overrides go, at most `max` characters stay valid. */
export const line = (max: number) =>
  z
    .string()
    .max(max * 4)
    .transform((text) => clean(text, CONTROL))
    .pipe(z.string().min(1).max(max));

/** Spaces, and what a font draws nothing for: zero-width marks, fillers, the empty Braille pattern. */
const SEEN = /[^\p{Z}\p{C}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Something of it is seen when it is shown. For what people wish: what was logged once is read as it is. */
export const seen = <Schema extends z.ZodType<string>>(text: Schema) =>
  text.refine((written) => written === '' || SEEN.test(written), {
    error: 'has nothing in it that can be seen: delete it and type it anew',
    params: { isUnseen: true },
  });

/** The same with line breaks kept. */
export const paragraph = (max: number) =>
  z
    .string()
    .max(max * 4)
    .transform((text) => clean(text.replace(/\r\n?/g, '\n'), CONTROL_BUT_NEWLINE))
    .pipe(z.string().min(1).max(max));

/**
 * One line from a machine we do not trust: cleaned and cut to `max` characters, never refused,
 * so that a computer with an odd name can still be helped.
 */
export const foreignLine = (max: number) =>
  z
    .string()
    .max(16_384)
    .transform((text) => Array.from(clean(text, CONTROL)).slice(0, max).join('') || 'unknown');

/** A moment, UTC, ISO 8601 with milliseconds, so that text order is time order. */
export const Instant = z.iso.datetime();
export type Instant = z.infer<typeof Instant>;

/** An empty form field means that nothing was said. */
export const blankAsAbsent = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess(
    (value) => (typeof value === 'string' && value.trim() === '' ? undefined : value),
    schema.optional(),
  );
