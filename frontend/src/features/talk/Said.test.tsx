import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { Message } from '@/lib/types';
import { draw } from '@/test/render';
import { Said } from './Said';

const message = (more: Partial<Message>): Message => ({ id: 'm', author: 'p', name: 'Ada', mine: false, text: 'hi', at: Date.now(), pending: false, ...more });

it('shows markup as what it is, in words and in code', () => {
  const { container } = draw(<Said message={message({ text: '<img src=x onerror=alert(1)> ```<script>alert(2)</script>```' })} newDay={false} goesOn={false} />);
  expect(container.querySelector('img, script')).toBeNull();
  expect(container.querySelector('pre')?.textContent).toContain('<script>alert(2)</script>');
});

it('marks what has not arrived', () => {
  draw(<Said message={message({ mine: true, pending: true })} newDay goesOn={false} />);
  expect(screen.getByText(/Will be sent/)).toBeTruthy();
  expect(screen.getByText('Today')).toBeTruthy();
  expect(screen.getByText('You')).toBeTruthy();
});
