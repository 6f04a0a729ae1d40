import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, it } from 'vitest';
import { run } from '@/actions/run';
import { usePrefs } from '@/lib/stores/prefs';
import { useRuns } from '@/lib/stores/runs';
import { draw, serve } from '@/test/render';
import { EngineMenu } from './EngineMenu';

beforeEach(() => {
  usePrefs.setState(usePrefs.getInitialState());
  useRuns.setState(useRuns.getInitialState());
});

it('keeps the choice, and the next run is made with it', async () => {
  const { settings, runs } = serve({ settings: { Set: () => undefined }, runs: { Run: () => '1' } });
  draw(<EngineMenu />);
  await userEvent.click(screen.getByRole('button', { name: 'Engine: Auto' }));
  // By its text: jsdom has no layout, and takes what is drawn beside something else for hidden.
  const gc = (await screen.findByText('Go’s compiler')).closest('[role=menuitemradio]') as HTMLElement;
  expect(gc.getAttribute('aria-checked')).toBe('false');
  await userEvent.click(gc);
  expect(settings.Set).toHaveBeenCalledWith(expect.objectContaining({ engine: 'gc' }));
  expect(screen.getByRole('button', { name: 'Engine: Go’s compiler' })).toBeTruthy();
  await run.perform({ view: null, teacher: false, teaches: false, watches: false, program: { docId: 'mine', text: () => 'package main', shown: { text: () => 'package main' } as never }, running: 'idle', look: null, lookers: [] });
  expect(runs.Run).toHaveBeenCalledWith({ docId: 'mine', text: 'package main', engine: 'gc' });
}, 30_000);
