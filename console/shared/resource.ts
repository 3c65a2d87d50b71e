import { useCallback, useEffect, useRef, useState } from 'react';
import { asProblem, type Problem } from './api.ts';

export type Resource<Value> =
  | { standing: 'loading' }
  | { standing: 'there'; value: Value }
  | { standing: 'failed'; problem: Problem };

/**
 * What `load` answers, loaded when `key` changes and on `reload` (what was there stays shown meanwhile; the promise is
 * kept when what came in its place is shown, a failure included). A later load aborts an earlier one, so an old answer
 * never replaces a newer one.
 */
export function useResource<Value>(
  key: string,
  load: (signal: AbortSignal) => Promise<Value>,
): { resource: Resource<Value>; reload: () => Promise<void> } {
  const [turn, setTurn] = useState(0);
  const [loaded, setLoaded] = useState<{ key: string; resource: Resource<Value> }>();
  const waiting = useRef<(() => void)[]>([]);
  // `load` is a new function at every render; `key` and `turn` say when it counts.
  useEffect(() => {
    const abort = new AbortController();
    const show = (resource: Resource<Value>) => {
      if (abort.signal.aborted) return;
      setLoaded({ key, resource });
      for (const isShown of waiting.current.splice(0)) isShown();
    };
    load(abort.signal).then(
      (value) => show({ standing: 'there', value }),
      (thrown: unknown) => show({ standing: 'failed', problem: asProblem(thrown) }),
    );
    return () => abort.abort();
  }, [key, turn]);
  const reload = useCallback(
    () =>
      new Promise<void>((resolve) => {
        waiting.current.push(resolve);
        setTurn((before) => before + 1);
      }),
    [],
  );
  return { resource: loaded?.key === key ? loaded.resource : { standing: 'loading' }, reload };
}
