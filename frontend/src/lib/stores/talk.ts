import { create } from 'zustand';
import { talk } from '../backend';
import type { Message } from '../types';

interface TalkState {
  messages: Message[];
  /** There is more before the oldest one. */
  more: boolean;
  loading: boolean;
  unread: number;
  /** The chat is on screen: what comes is read. */
  open: boolean;
}

const page = 100;

export const useTalk = create<TalkState>(() => ({ messages: [], more: false, loading: false, unread: 0, open: true }));

/** Both lists in one, each message once (the second one wins), in the order of the room. */
export function merge(a: readonly Message[], b: readonly Message[]): Message[] {
  const all = new Map<string, Message>();
  for (const message of a) all.set(message.id, message);
  for (const message of b) all.set(message.id, message);
  return [...all.values()].toSorted((x, y) => x.order - y.order || x.at - y.at || (x.id < y.id ? -1 : 1));
}

export async function pullTalk(): Promise<void> {
  const newest = (await talk.Messages(0, page)) ?? [];
  useTalk.setState((s) => ({ messages: merge(s.messages, newest), more: newest.length === page }));
}

export async function pullOlder(): Promise<void> {
  const { messages, more, loading } = useTalk.getState();
  const oldest = messages[0];
  if (!more || loading || !oldest) return;
  useTalk.setState({ loading: true });
  try {
    const older = (await talk.Messages(oldest.order, page)) ?? [];
    useTalk.setState((s) => ({ messages: merge(older, s.messages), more: older.length === page }));
  } finally {
    useTalk.setState({ loading: false });
  }
}

export function heard(message: Message): void {
  useTalk.setState((s) => {
    const known = s.messages.some((m) => m.id === message.id);
    return { messages: merge(s.messages, [message]), unread: known || message.mine || s.open ? s.unread : s.unread + 1 };
  });
}

/** The host has it. */
export function delivered(id: string): void {
  useTalk.setState((s) => ({ messages: s.messages.map((m) => (m.id === id ? { ...m, pending: false } : m)) }));
}

export async function say(text: string): Promise<void> {
  heard(await talk.Say(text));
}

export function showTalk(open: boolean): void {
  useTalk.setState((s) => ({ open, unread: open ? 0 : s.unread }));
}
