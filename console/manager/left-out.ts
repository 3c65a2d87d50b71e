import { addressOfView, NEWEST_FIRST, viewInAddress } from './log-view.ts';

/** What the address says besides the view: the session that is open. */
const OTHERS = ['open'];
/** They stand for "as usual", so that no address needs them. */
const USUAL = [NEWEST_FIRST, 'any', 'custom'];

/** The parameters of an address of which something was not understood: the list shows more than whoever wrote it meant. */
export function leftOut(search: string): string[] {
  const kept = new URLSearchParams(addressOfView(viewInAddress(search)));
  const given = new URLSearchParams(search);
  return [...new Set(given.keys())].filter((name) => {
    if (OTHERS.includes(name)) return false;
    const understood = [...partsOf(kept, name), ...USUAL];
    return !partsOf(given, name).every((part) => understood.includes(part));
  });
}

/** Several of one kind stand behind each other, or between commas. */
const partsOf = (address: URLSearchParams, name: string): string[] =>
  address
    .getAll(name)
    .flatMap((value) => value.split(','))
    .map((part) => part.trim())
    .filter((part) => part !== '');
