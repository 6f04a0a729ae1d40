import { useLingui } from '@lingui/react/macro';
import { actions, perform, type ActionName } from '@/actions';
import { useSituation, type Action } from '@/actions/action';
import { useDesk, type Place } from '@/lib/stores/desk';
import { useWork } from '@/lib/stores/work';
import { keyNames } from '@/ui/keys';
import classes from './Nav.module.css';

const places: { name: ActionName; place: Place }[] = [
  { name: 'goToCode', place: 'code' },
  { name: 'goToWall', place: 'wall' },
  { name: 'goToOwnCode', place: 'code' },
  { name: 'goToBoard', place: 'board' },
  { name: 'goToHandedIn', place: 'handed-in' },
];

export function Nav() {
  const { i18n, t } = useLingui();
  const now = useSituation();
  const place = useDesk((s) => s.place);
  const fresh = useWork((s) => s.fresh.size);
  return (
    <nav className={classes.nav} aria-label={t`Places`}>
      {places.map(({ name, place: here }) => {
        const action: Action = actions[name];
        if (!action.allowed(now)) return null;
        const { icon: Sign } = action;
        const news = here === 'handed-in' && now.teaches && place !== here ? fresh : 0;
        return (
          <button
            key={name}
            type="button"
            className={classes.item}
            aria-current={place === here ? 'page' : undefined}
            title={action.shortcut && keyNames(action.shortcut).join(' ')}
            onClick={() => perform(name)}
          >
            <Sign size={24} stroke={1.6} aria-hidden />
            <span>{i18n._(action.label)}</span>
            {news > 0 && <span className={classes.badge}>{news > 99 ? '99+' : news}</span>}
          </button>
        );
      })}
    </nav>
  );
}
