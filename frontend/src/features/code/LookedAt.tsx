import { Plural } from '@lingui/react/macro';
import { IconEye } from '@tabler/icons-react';
import { useLooks } from '@/lib/stores/looks';
import classes from './LookedAt.module.css';

/** Says, calmly, that a teacher is looking at this code. */
export function LookedAt() {
  const lookers = useLooks((s) => s.lookers);
  const here = lookers.filter((l) => l.here);
  const names = here.map((l) => l.name).join(', ');
  return (
    <span className={classes.looked} role="status" data-testid="looked-at">
      {here.length > 0 && (
        <>
          <IconEye size={18} stroke={1.8} aria-hidden />
          <span className={classes.name} dir="auto">
            <Plural value={here.length} one={`${names} is looking`} other={`${names} are looking`} />
          </span>
        </>
      )}
    </span>
  );
}
