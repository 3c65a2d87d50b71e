interface Promises {
  readonly consentText: { readonly text: string; readonly version: string };
  /** Days, by kind of data. */
  readonly retention: Readonly<Record<string, number>>;
}

/** The consent text as the customer reads it: the periods of the retention schedule stand in it by name, in braces. */
export function consentTextOf({ consentText, retention }: Promises): { text: string; version: string } {
  const text = consentText.text.replace(/\{([a-z-]+)\}/g, (placeholder, kind: string) => {
    const days = Object.hasOwn(retention, kind) ? retention[kind] : undefined;
    if (days === undefined) return placeholder;
    return periodOf(days);
  });
  return { text, version: consentText.version };
}

/** `1 year` for 365 days: people count whole years as years, anything else as days. */
function periodOf(days: number): string {
  const [count, unit] = days > 0 && days % 365 === 0 ? [days / 365, 'year'] : [days, 'day'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
