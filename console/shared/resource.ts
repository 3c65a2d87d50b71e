import { useCallback, useEffect, useState } from 'react';
import { asProblem, type Problem } from './api.ts';

export type Resource<Value> =
  | { standing: 'loading' }
  | { standing: 'there'; value: Value }
  | { standing: 'failed'; problem: Problem };

/**
 * What `load` answers, loaded when `key` changes and on `reload` (what was there stays shown meanwhile).
 * A later load aborts an earlier one, so an old answer never replaces a newer one.
 */
export function useResource<Value>(
  key: string,
  load: (signal: AbortSignal) => Promise<Value>,
): { resource: Resource<Value>; reload: () => void } {
  const [turn, setTurn] = useState(0);
  const [loaded, setLoaded] = useState<{ key: string; resource: Resource<Value> }>();
  // `load` is a new function at every render; `key` and `turn` say when it counts.
  useEffect(() => {
    const abort = new AbortController();
    load(abort.signal).then(
      (value) => !abort.signal.aborted && setLoaded({ key, resource: { standing: 'there', value } }),
      (thrown: unknown) =>
        !abort.signal.aborted &&
        setLoaded({ key, resource: { standing: 'failed', problem: asProblem(thrown) } }),
    );
    return () => abort.abort();
  }, [key, turn]);
  const reload = useCallback(() => setTurn((before) => before + 1), []);
  return { resource: loaded?.key === key ? loaded.resource : { standing: 'loading' }, reload };
}
