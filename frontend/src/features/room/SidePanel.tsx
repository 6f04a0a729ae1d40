import { useLingui } from '@lingui/react/macro';
import { People } from '@/features/people/People';
import { Chat } from '@/features/talk/Chat';
import { useDesk } from '@/lib/stores/desk';
import { headcount, useRoom } from '@/lib/stores/room';
import { useTalk } from '@/lib/stores/talk';
import { Tabs } from '@/ui/Tabs';
import classes from './SidePanel.module.css';

export function SidePanel() {
  const { t } = useLingui();
  const tab = useDesk((s) => s.sideTab);
  const unread = useTalk((s) => s.unread);
  const here = useRoom((s) => headcount(s.view).here);
  return (
    <aside className={classes.side} aria-label={t`Chat and people`}>
      <Tabs
        label={t`Chat and people`}
        value={tab}
        onChange={(sideTab) => useDesk.setState({ sideTab })}
        tabs={[
          {
            id: 'chat',
            label: (
              <>
                {t`Chat`}
                {unread > 0 && <span className={classes.unread}>{unread > 99 ? '99+' : unread}</span>}
              </>
            ),
          },
          {
            id: 'people',
            label: (
              <>
                {t`People`} <span className={classes.count}>{here}</span>
              </>
            ),
          },
        ]}
      />
      {tab === 'chat' ? <Chat /> : <People />}
    </aside>
  );
}
