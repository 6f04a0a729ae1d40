import type { Icon } from '@tabler/icons-react';
import { useId, type ReactNode } from 'react';
import classes from './Door.module.css';

export function Door({ icon: Sign, title, lead, children }: { icon: Icon; title: ReactNode; lead: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section className={classes.door} aria-labelledby={id}>
      <header className={classes.head}>
        <span className={classes.sign}>
          <Sign size={24} stroke={1.6} aria-hidden />
        </span>
        <div>
          <h2 id={id} className={classes.title}>
            {title}
          </h2>
          <p className={classes.lead}>{lead}</p>
        </div>
      </header>
      {children}
    </section>
  );
}
