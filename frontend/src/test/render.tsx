import { render, type RenderResult } from '@testing-library/react';
import type { ReactNode } from 'react';
import { vi, type Mock } from 'vitest';
import { Frame } from '@/Frame';

/** Draws a piece of the page in the frame that everything stands in. */
export function draw(piece: ReactNode): RenderResult {
  return render(piece, { wrapper: ({ children }) => <Frame>{children}</Frame> });
}

type Method = (...args: unknown[]) => unknown;

/** Puts services in the page's reach. Returns their methods, to be asked what they were called with. */
export function serve<T extends Record<string, Record<string, Method>>>(services: T): { [S in keyof T]: { [M in keyof T[S]]: Mock } } {
  const go: NonNullable<Window['go']> = {};
  const mocks: Record<string, Record<string, Mock>> = {};
  for (const [name, methods] of Object.entries(services)) {
    const bound: Record<string, Mock> = {};
    for (const [method, answer] of Object.entries(methods)) bound[method] = vi.fn(async (...args: unknown[]) => answer(...args));
    mocks[name] = bound;
    go[name] = { Service: bound as unknown as Record<string, (...args: unknown[]) => Promise<unknown>> };
  }
  window.go = go;
  return mocks as { [S in keyof T]: { [M in keyof T[S]]: Mock } };
}

/** A failure as the services reject with it. */
export function failing(code: string, message: string, hint = '', details = ''): Error {
  return new Error(JSON.stringify({ code, message, hint, details }));
}
