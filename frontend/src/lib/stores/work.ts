import { create } from 'zustand';
import { work } from '../backend';
import type { Submission } from '../types';

interface WorkState {
  /** Newest first: one's own, or on the teacher's machine everyone's. */
  submissions: Submission[];
  loaded: boolean;
  /** Those that came since the list was last looked at. */
  fresh: Set<string>;
}

export const useWork = create<WorkState>(() => ({ submissions: [], loaded: false, fresh: new Set() }));

const newestFirst = (list: Submission[]) => list.toSorted((a, b) => b.at - a.at || b.version - a.version);

export async function pullWork(teacher: boolean): Promise<void> {
  const submissions = (await (teacher ? work.All() : work.Mine())) ?? [];
  useWork.setState({ submissions: newestFirst(submissions), loaded: true });
}

export function workChanged(submission: Submission): void {
  useWork.setState((s) => {
    const known = s.submissions.some((x) => x.id === submission.id);
    const rest = s.submissions.filter((x) => x.id !== submission.id);
    return { submissions: newestFirst([submission, ...rest]), fresh: known ? s.fresh : new Set([...s.fresh, submission.id]) };
  });
}

export function workSeen(): void {
  useWork.setState((s) => (s.fresh.size ? { fresh: new Set() } : s));
}
