import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { draw } from '@/test/render';
import { FailureNote } from './FailureNote';

it('says what happened and what to do; the details are folded away and can be copied', async () => {
  const user = userEvent.setup();
  const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
  draw(<FailureNote failure={{ code: 'full', message: 'The room is full.', hint: 'Ask your teacher.', details: 'limit 300' }} />);
  expect(screen.getByRole('alert').textContent).toContain('The room is full.');
  expect(screen.getByText('limit 300').closest('details')?.open).toBe(false);
  await user.click(screen.getByText('Details'));
  await user.click(screen.getByRole('button', { name: 'Copy details' }));
  expect(write).toHaveBeenCalledWith('The room is full.\nAsk your teacher.\nfull\nlimit 300');
  expect(await screen.findByRole('button', { name: 'Copied' })).toBeTruthy();
});
