import { Button, Table } from '@mantine/core';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { IconInbox } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useWork, workSeen } from '@/lib/stores/work';
import { dayAndClock, exact } from '@/lib/when';
import { Empty } from '@/ui/Empty';
import classes from './HandedIn.module.css';
import { OpenedWork } from './OpenedWork';

/** The teacher's table of what came in, newest first. */
export function HandedIn() {
  const { t } = useLingui();
  const submissions = useWork((s) => s.submissions);
  const fresh = useWork((s) => s.fresh);
  const [open, setOpen] = useState<string | null>(null);
  // What is new when the table is opened stays marked until it is left.
  const [marked] = useState(fresh);
  useEffect(() => workSeen(), [submissions]);

  if (open) return <OpenedWork id={open} onBack={() => setOpen(null)} />;
  return (
    <div className={classes.place}>
      <header className={classes.head}>
        <h2>
          <Trans>Handed in</Trans>
        </h2>
        {submissions.length > 0 && (
          <span>
            <Plural value={submissions.length} one="# piece of work" other="# pieces of work" />
          </span>
        )}
      </header>
      {submissions.length === 0 ? (
        <Empty icon={IconInbox} title={<Trans>Nothing is handed in yet</Trans>}>
          <Trans>Students hand in from their editor. What they hand in while you are away arrives by itself when you are back.</Trans>
        </Empty>
      ) : (
        <div className={classes.scroll}>
          <Table stickyHeader highlightOnHover verticalSpacing="sm" horizontalSpacing="md" aria-label={t`Handed in`}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t`Student`}</Table.Th>
                <Table.Th>{t`Title`}</Table.Th>
                <Table.Th className={classes.number}>{t`Version`}</Table.Th>
                <Table.Th className={classes.number}>{t`Lines`}</Table.Th>
                <Table.Th>{t`Time`}</Table.Th>
                <Table.Th>
                  <span className="ts-hidden">{t`Open`}</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {submissions.map((s) => (
                // The whole row may be clicked; the button in it is for the keyboard.
                <Table.Tr key={s.id} className={classes.row} onClick={() => setOpen(s.id)} data-fresh={marked.has(s.id) || fresh.has(s.id) || undefined}>
                  <Table.Td className={classes.name} dir="auto">
                    {s.name}
                  </Table.Td>
                  <Table.Td dir="auto">{s.title}</Table.Td>
                  <Table.Td className={classes.number}>{s.version}</Table.Td>
                  <Table.Td className={classes.number}>{s.lines}</Table.Td>
                  <Table.Td title={exact(s.at)}>{dayAndClock(s.at)}</Table.Td>
                  <Table.Td className={classes.do}>
                    <Button size="compact-sm" variant="default" aria-label={t`Open ${s.title} by ${s.name}, version ${s.version}`}>
                      <Trans>Open</Trans>
                    </Button>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
    </div>
  );
}
