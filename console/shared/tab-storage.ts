/** What of a browser's storage is used. */
export type TabStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'clear'>;

/** This tab's own. In a browser that keeps nothing for our pages, what is put there lasts as long as the page. */
export const tabStorage: TabStorage = browsersOwn() ?? pagesOwn();

function browsersOwn(): TabStorage | undefined {
  try {
    // Absent, or refused with a SecurityError, where the browser blocks site data.
    return window.sessionStorage ?? undefined;
  } catch {
    return undefined;
  }
}

function pagesOwn(): TabStorage {
  const shelf = new Map<string, string>();
  return {
    getItem: (name) => shelf.get(name) ?? null,
    setItem: (name, value) => void shelf.set(name, value),
    removeItem: (name) => void shelf.delete(name),
    clear: () => shelf.clear(),
  };
}
