import { useVirtualizer } from '@tanstack/react-virtual';
import { Trans, useLingui } from '@lingui/react/macro';
import { IconMessages } from '@tabler/icons-react';
import { useEffect, useLayoutEffect, useRef } from 'react';
import { pullOlder, showTalk, useTalk } from '@/lib/stores/talk';
import { sameDay } from '@/lib/when';
import { Empty } from '@/ui/Empty';
import { tellFailure } from '@/ui/say';
import classes from './Chat.module.css';
import { Composer } from './Composer';
import { Said } from './Said';

/** Messages by one person within this time are drawn together, in milliseconds. */
const together = 3 * 60_000;

export function Chat() {
  const { t } = useLingui();
  const messages = useTalk((s) => s.messages);
  const more = useTalk((s) => s.first > 0);
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);

  useEffect(() => {
    showTalk(true);
    return () => showTalk(false);
  }, []);

  const list = useVirtualizer({
    count: messages.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 56,
    overscan: 8,
    getItemKey: (i) => messages[i]?.id ?? i,
  });

  const last = messages[messages.length - 1]?.id;
  useLayoutEffect(() => {
    if (messages.length > 0 && atEnd.current) list.scrollToIndex(messages.length - 1, { align: 'end' });
    // Only a new last message moves the list; older ones that are fetched do not.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [last]);

  const scrolled = () => {
    const box = scroller.current;
    if (!box) return;
    atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < 48;
    if (box.scrollTop < 80 && more) void pullOlder().catch(tellFailure);
  };

  return (
    <div className={classes.chat}>
      {/* It can be scrolled with the keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div ref={scroller} className={classes.scroll} onScroll={scrolled} role="log" aria-label={t`Chat`} tabIndex={0} data-testid="chat">
        {messages.length === 0 ? (
          <Empty icon={IconMessages} title={<Trans>Nothing was said yet</Trans>}>
            <Trans>What anyone writes here the whole class reads, also those who come later.</Trans>
          </Empty>
        ) : (
          <div className={classes.all} style={{ blockSize: list.getTotalSize() }}>
            {list.getVirtualItems().map((item) => {
              const message = messages[item.index];
              const before = messages[item.index - 1];
              if (!message) return null;
              const newDay = !before || !sameDay(before.at, message.at);
              const goesOn = !newDay && before.author === message.author && message.at - before.at < together;
              return (
                <div key={item.key} ref={list.measureElement} data-index={item.index} className={classes.item} style={{ transform: `translateY(${item.start}px)` }}>
                  <Said message={message} newDay={newDay} goesOn={goesOn} />
                </div>
              );
            })}
          </div>
        )}
      </div>
      <Composer />
    </div>
  );
}
