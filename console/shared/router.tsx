import { createContext, type ReactNode, useContext, useEffect, useMemo } from 'react';
import { RouterProvider } from 'react-aria-components';
import type { Action } from '../../protocol/access.ts';
import { useStore, WritableStore } from './store.ts';

const read = () => ({ path: window.location.pathname, search: window.location.search });
const here = new WritableStore(typeof window === 'undefined' ? { path: '/', search: '' } : read());

function follow(): void {
  const now = read();
  const { path, search } = here.get();
  if (now.path !== path || now.search !== search) here.set(now);
}

/** Goes to a path of this page's own, with query. `replace`: the back button skips where we are now. */
export function navigate(to: string, { replace = false }: { replace?: boolean } = {}): void {
  window.history[replace ? 'replaceState' : 'pushState'](null, '', to);
  follow();
}

/** Where the reader is; follows `navigate` and the back button. */
export const useLocation = (): { path: string; search: string } => useStore(here);

/** Shows pages by the address, and lets links of react-aria components go there without loading anew. */
export function Router({ children }: { children: ReactNode }) {
  useEffect(() => {
    window.addEventListener('popstate', follow);
    return () => window.removeEventListener('popstate', follow);
  }, []);
  return <RouterProvider navigate={(to) => navigate(to)}>{children}</RouterProvider>;
}

export type Params = Readonly<Record<string, string>>;

const ParamsContext = createContext<Params>({});

/** What the `:names` of the matched pattern stand for. */
export const useParams = (): Params => useContext(ParamsContext);

/** `/sessions/:id` against `/sessions/42` gives `{ id: '42' }`; undefined when it does not match. */
export function matchPath(pattern: string, path: string): Params | undefined {
  const wanted = pattern.split('/');
  const given = path.replace(/(.)\/$/, '$1').split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    if (!part.startsWith(':')) {
      if (part !== value) return undefined;
    } else {
      if (value === '') return undefined;
      try {
        params[part.slice(1)] = decodeURIComponent(value);
      } catch {
        // A broken percent escape is an address of nothing.
        return undefined;
      }
    }
  }
  return params;
}

export interface Route {
  pattern: string;
  page: () => ReactNode;
  /** What one must be allowed to do to have any use of the page. */
  needs?: Action;
}

/** The first route whose pattern matches the address, `otherwise`, or `refused` where `actions` do not reach. */
export function Routes({
  routes,
  actions,
  otherwise,
  refused,
}: {
  routes: readonly Route[];
  actions: readonly Action[];
  otherwise: ReactNode;
  refused: ReactNode;
}) {
  const { path } = useLocation();
  const found = useMemo(() => {
    for (const route of routes) {
      const params = matchPath(route.pattern, path);
      if (params) return { route, params };
    }
    return undefined;
  }, [routes, path]);
  if (!found) return otherwise;
  const { needs } = found.route;
  if (needs !== undefined && !actions.includes(needs)) return refused;
  return <ParamsContext.Provider value={found.params}>{found.route.page()}</ParamsContext.Provider>;
}
