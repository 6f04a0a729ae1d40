import type { ReactNode } from 'react';
import type { Failure } from '@/lib/types';
import { FailureNote } from '@/ui/FailureNote';
import { Wordmark } from '@/ui/Wordmark';
import classes from './FailureScreen.module.css';

/** The app cannot go on from here: its data are damaged, or it does not answer. */
export function FailureScreen({ failure, children }: { failure: Failure; children?: ReactNode }) {
  return (
    <main className={classes.screen}>
      <Wordmark />
      <FailureNote failure={failure}>{children}</FailureNote>
    </main>
  );
}
