import type { Found, Known } from '@/lib/types';

/** A room that can be joined, as the list shows it. */
export interface Row {
  key: string;
  id: string;
  host: string;
  title: string;
  course: string;
  teacher: string;
  fingerprint: string;
  locked: boolean;
  members: number;
  /** It was joined before, under this name. */
  knownAs: string | null;
  /** It answers on the network now. */
  open: boolean;
  /** It bears a known room's name and is not that room. */
  conflict: boolean;
  /** It says that it is a known room, under another key: the teacher may have a new computer, and can prove it. */
  moved: boolean;
}

/** What is found and what is known in one list: open before closed, known before new, then by name. */
export function rows(found: readonly Found[], known: readonly Known[]): Row[] {
  const before = new Map(known.map((k) => [k.id, k]));
  const open = found
    .filter((f) => !f.mine)
    .map((f): Row => {
      const was = before.get(f.id);
      const same = was !== undefined && was.host === f.host && !f.conflict;
      return {
        key: `${f.id}/${f.host}`,
        id: f.id,
        host: f.host,
        title: f.title,
        course: f.course,
        teacher: f.teacher,
        fingerprint: f.fingerprint,
        locked: f.locked,
        members: f.members,
        moved: f.conflict && f.moved,
        knownAs: f.conflict ? (f.moved ? (was?.name ?? null) : null) : same ? was.name : f.known ? f.name : null,
        open: true,
        conflict: f.conflict,
      };
    });
  const heard = new Set(open.filter((r) => !r.conflict || r.moved).map((r) => r.id));
  const closed = known
    .filter((k) => !heard.has(k.id))
    .toSorted((a, b) => b.lastSeen - a.lastSeen)
    .map(
      (k): Row => ({
        key: `${k.id}/known`,
        id: k.id,
        host: k.host,
        title: k.title,
        course: k.course,
        teacher: k.teacher,
        fingerprint: '',
        locked: false,
        members: 0,
        knownAs: k.name,
        open: false,
        conflict: false,
        moved: false,
      }),
    );
  const rank = (r: Row) => (r.conflict ? 2 : r.knownAs === null ? 1 : 0);
  return [...open.toSorted((a, b) => rank(a) - rank(b) || a.title.localeCompare(b.title) || a.key.localeCompare(b.key)), ...closed];
}
