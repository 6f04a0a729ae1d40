import { useEffect, useReducer, useState } from 'react';
import type { DocSession } from '@/lib/collab/session';
import { docs } from '@/lib/docs';
import { asFailure } from '@/lib/failure';
import type { Failure } from '@/lib/types';

/** A document of the room: null while it is loaded, a failure if it cannot be. Drawn anew when its saving changes. */
export function useDoc(id: string): { doc: DocSession | null; failure: Failure | null; again(): void } {
  const [loaded, setLoaded] = useState<{ id: string; doc: DocSession | null; failure: Failure | null }>({ id, doc: null, failure: null });
  const [attempt, again] = useReducer((n: number) => n + 1, 0);
  const [, redraw] = useReducer((n: number) => n + 1, 0);

  useEffect(() => {
    let gone = false;
    let end = () => {};
    docs()
      .open(id)
      .then((doc) => {
        if (gone) return;
        end = doc.watch(redraw);
        setLoaded({ id, doc, failure: null });
      })
      .catch((reason: unknown) => {
        if (!gone) setLoaded({ id, doc: null, failure: asFailure(reason) });
      });
    return () => {
      gone = true;
      end();
    };
  }, [id, attempt]);

  return loaded.id === id ? { doc: loaded.doc, failure: loaded.failure, again } : { doc: null, failure: null, again };
}
