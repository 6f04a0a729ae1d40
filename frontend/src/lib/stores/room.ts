import { create } from 'zustand';
import { boot, room } from '../backend';
import type { Failure, Found, Member, StartView, View } from '../types';

interface RoomState {
  start: StartView | null;
  /** Why the app could not start; nothing else works then. */
  broken: Failure | null;
  /** The app behind the page does not answer at the moment. */
  lost: boolean;
  view: View | null;
  found: Found[];
  networks: string[];
  /** When the page began to look for rooms, or 0. */
  searching: number;
}

export const useRoom = create<RoomState>(() => ({ start: null, broken: null, lost: false, view: null, found: [], networks: [], searching: 0 }));

/** Whether there is a room to be shown: one that was entered stays on screen also while its teacher is away. */
export function inRoom(view: View | null): boolean {
  if (!view) return false;
  if (view.phase === 'here' || view.phase === 'reconnecting' || view.phase === 'hosting') return true;
  // On the way back in, or refused after having been in: what was written is there to be worked on.
  return (view.phase === 'refused' || view.phase === 'connecting') && members(view).some((m) => m.id === view.me.id);
}

/** Whether this person opened the room. */
export function isTeacher(view: View | null): boolean {
  return view?.role === 'teacher';
}

/** Whether this person sees the wall and what is handed in: the teacher and the co-teachers. */
export function teaches(view: View | null): boolean {
  return view?.role === 'teacher' || view?.role === 'co-teacher';
}

/** Whether this person is here only to watch. */
export function watches(view: View | null): boolean {
  return view?.role === 'observer';
}

export function members(view: View | null): Member[] {
  return view?.members ?? [];
}

/** Students that are connected now, and those that were here before and are not. */
export function headcount(view: View | null): { here: number; away: number } {
  const students = members(view).filter((m) => m.role === 'student' && !m.removed);
  const here = students.filter((m) => m.here).length;
  return { here, away: students.length - here };
}

/** Whether the app could start: everything else may only be asked if it could. */
export async function pullStatus(): Promise<boolean> {
  // Null where all is well.
  const broken = (await boot.Status()).failure ?? null;
  useRoom.setState({ broken });
  return broken === null;
}

export async function pullStart(): Promise<void> {
  const start = await room.Start();
  useRoom.setState({ start });
}

export async function pullView(): Promise<View> {
  const view = await room.View();
  useRoom.setState({ view });
  return view;
}

/** Begins to look for rooms, or looks again. */
export async function search(): Promise<void> {
  useRoom.setState((s) => ({ searching: s.searching || Date.now() }));
  const [found, networks] = await Promise.all([room.Search(), room.Networks()]);
  useRoom.setState({ found: found ?? [], networks: networks ?? [] });
}
