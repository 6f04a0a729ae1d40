import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './Empty.module.css';

/** An empty list: what will appear here, and how. */
export function Empty({ icon: Sign, title, children }: { icon: Icon; title: ReactNode; children?: ReactNode }) {
  return (
    <div className={classes.empty}>
      <Sign size={32} stroke={1.4} aria-hidden />
      <p className={classes.title}>{title}</p>
      {children && <p className={classes.hint}>{children}</p>}
    </div>
  );
}
