import { lazy, Suspense } from 'react';
import { useDesk } from '@/lib/stores/desk';
import { Leave } from './Leave';

const HandIn = lazy(() => import('@/features/work/HandIn').then((m) => ({ default: m.HandIn })));
const Versions = lazy(() => import('@/features/code/Versions').then((m) => ({ default: m.Versions })));
const SendDialog = lazy(() => import('@/features/code/SendDialog').then((m) => ({ default: m.SendDialog })));
const Doctor = lazy(() => import('@/features/doctor/Doctor').then((m) => ({ default: m.Doctor })));
const Cards = lazy(() => import('@/features/people/Cards').then((m) => ({ default: m.Cards })));
const MyCard = lazy(() => import('@/features/people/Cards').then((m) => ({ default: m.MyCard })));
const HandOver = lazy(() => import('@/features/people/HandOver').then((m) => ({ default: m.HandOver })));
const RoomCode = lazy(() => import('./RoomCode').then((m) => ({ default: m.RoomCode })));

/** What lies over the room because someone asked for it. */
export function Overlays() {
  const overlay = useDesk((s) => s.overlay);
  const close = () => useDesk.setState({ overlay: 'none', looking: null });
  return (
    <Suspense fallback={null}>
      {overlay === 'hand-in' && <HandIn onClose={close} />}
      {overlay === 'versions' && <Versions onClose={close} />}
      {overlay === 'send' && <SendDialog onClose={close} />}
      {overlay === 'room-code' && <RoomCode onClose={close} />}
      {overlay === 'doctor' && <Doctor side="teacher" onClose={close} />}
      {overlay === 'cards' && <Cards onClose={close} />}
      {overlay === 'my-card' && <MyCard onClose={close} />}
      {overlay === 'hand-over' && <HandOver onClose={close} />}
      {overlay === 'leave' && <Leave onClose={close} />}
    </Suspense>
  );
}
