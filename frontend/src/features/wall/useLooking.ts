import { useEffect } from 'react';
import { code } from '@/lib/backend';
import { forgetLook, lookChanged, useLooks } from '@/lib/stores/looks';

/** A look lasts a quarter of a minute unless it is renewed; this leaves two attempts to fail. */
const every = 5000;

/** Lets a student see that their code is on this screen, for as long as it is. */
export function useLooking(id: string): void {
  useEffect(() => {
    let gone = false;
    const look = () => {
      // A window that nobody sees is no look. A pen that was given is kept.
      if (document.visibilityState === 'hidden' && useLooks.getState().looks[id]?.state !== 'together') return;
      code.Look(id).then(
        (now) => {
          if (!gone) lookChanged(now);
        },
        () => undefined, // the student has gone, or the app does not answer: that is shown elsewhere
      );
    };
    look();
    const timer = setInterval(look, every);
    document.addEventListener('visibilitychange', look);
    return () => {
      gone = true;
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
      forgetLook(id);
      void code.LookAway(id).catch(() => undefined);
    };
  }, [id]);
}
