import { create } from 'zustand';

/** The places of the left side, the tabs of the right, and what lies over them. */
export type Place = 'code' | 'wall' | 'board' | 'handed-in';
export type CodeTab = 'mine' | 'board';
export type SideTab = 'chat' | 'people';
export type Overlay = 'none' | 'room-code' | 'doctor' | 'hand-in' | 'send' | 'versions' | 'leave' | 'cards' | 'my-card' | 'hand-over';

/** A text to be looked at beside one's own code. */
export interface Looking {
  kind: 'version' | 'sent';
  id: string;
}

interface DeskState {
  place: Place;
  codeTab: CodeTab;
  sideTab: SideTab;
  sideOpen: boolean;
  overlay: Overlay;
  looking: Looking | null;
  /** Whose card is to be shown; null for everyone's. */
  cardOf: string | null;
}

export const freshDesk: DeskState = { place: 'code', codeTab: 'mine', sideTab: 'chat', sideOpen: true, overlay: 'none', looking: null, cardOf: null };

export const useDesk = create<DeskState>(() => freshDesk);
