import type { Settings } from '../settings/settings.ts';

/** The consent text as the customer reads it: the periods of the retention schedule stand in it by name, in braces. */
export function consentTextOf({ consentText, retention }: Settings): { text: string; version: string } {
  const text = consentText.text.replace(/\{([a-z-]+)\}/g, (placeholder, kind: string) =>
    Object.hasOwn(retention, kind) ? inWords(retention[kind as keyof typeof retention]) : placeholder,
  );
  return { text, version: consentText.version };
}

const inWords = (days: number): string => (days === 1 ? 'one day' : `${days} days`);
