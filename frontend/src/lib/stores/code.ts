import { create } from 'zustand';
import { code } from '../backend';
import type { SentCode, Version } from '../types';

interface CodeState {
  sent: SentCode[];
  versions: Version[];
}

export const useCode = create<CodeState>(() => ({ sent: [], versions: [] }));

export async function pullSent(): Promise<void> {
  const sent = (await code.Sent()) ?? [];
  useCode.setState({ sent: sent.toSorted((a, b) => b.at - a.at) });
}

export async function pullVersions(): Promise<void> {
  const versions = (await code.Versions()) ?? [];
  useCode.setState({ versions: versions.toSorted((a, b) => b.at - a.at) });
}

/** True when it is news. */
export function arrived(sent: SentCode): boolean {
  const known = useCode.getState().sent.some((s) => s.id === sent.id);
  useCode.setState((s) => ({ sent: [sent, ...s.sent.filter((x) => x.id !== sent.id)] }));
  return !known;
}
