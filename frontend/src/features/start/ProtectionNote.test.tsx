import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { draw } from '@/test/render';
import { ProtectionNote } from './ProtectionNote';

const layers = [
  { name: 'no network', on: true, why: '' },
  { name: 'empty disk of its own', on: false, why: 'the system refuses namespaces' },
  { name: 'user of its own', on: false, why: '' },
];

it('counts the layers, and unfolds which are missing and why, those first', async () => {
  const user = userEvent.setup();
  draw(<ProtectionNote sentence="" layers={layers} />);
  const summary = screen.getByText(/1 of 3 layers are in place/);
  expect(summary.closest('details')?.open).toBe(false);
  await user.click(summary);
  expect(summary.closest('details')?.open).toBe(true);
  const items = within(screen.getByRole('list')).getAllByRole('listitem').map((i) => i.textContent);
  expect(items).toEqual(['Missing: empty disk of its own, because the system refuses namespaces', 'Missing: user of its own', 'In place: no network']);
});

it('says what is known where no layer is', () => {
  draw(<ProtectionNote sentence="It is not known how well programs are locked in on this machine." layers={[]} />);
  expect(screen.getByText(/It is not known/)).toBeTruthy();
  expect(screen.queryByRole('list')).toBeNull();
});
