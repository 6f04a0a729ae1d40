import { create } from 'zustand';
import { settings } from '../backend';
import type { EngineChoice, Settings, ThemeName } from '../types';

export const minCodeSize = 11;
export const maxCodeSize = 32;

interface PrefsState extends Settings {
  theme: ThemeName;
  engine: EngineChoice;
  loaded: boolean;
}

export const usePrefs = create<PrefsState>(() => ({ theme: 'auto', codeSize: 14, name: '', engine: 'auto', loaded: false }));

const themes: readonly string[] = ['auto', 'light', 'dark', 'contrast'];
const engines: readonly string[] = ['auto', 'yaegi', 'gc'];

export async function pullPrefs(): Promise<void> {
  const got = await settings.Get();
  usePrefs.setState({ theme: asTheme(got.theme), codeSize: asSize(got.codeSize), name: got.name, engine: asEngine(got.engine), loaded: true });
}

/** Applied at once, kept when the app has it. */
export async function setPrefs(change: Partial<Pick<PrefsState, 'theme' | 'codeSize' | 'engine'>>): Promise<void> {
  usePrefs.setState(change);
  const { theme, codeSize, name, engine } = usePrefs.getState();
  await settings.Set({ theme, codeSize, name, engine });
}

export function asTheme(theme: string): ThemeName {
  return themes.includes(theme) ? (theme as ThemeName) : 'auto';
}

export function asEngine(engine: string): EngineChoice {
  return engines.includes(engine) ? (engine as EngineChoice) : 'auto';
}

export function asSize(size: number): number {
  return size > 0 ? Math.min(maxCodeSize, Math.max(minCodeSize, Math.round(size))) : 14;
}
