import { i18n } from '@lingui/core';
import { cleanup, configure } from '@testing-library/react';
import { afterEach, vi } from 'vitest';

i18n.loadAndActivate({ locale: 'en', messages: {} });
afterEach(cleanup);
configure({ asyncUtilTimeout: 20_000 }); // what a page loads when it is needed comes late on a busy machine

// What jsdom lacks and the components ask for.
Object.defineProperty(window, 'matchMedia', {
  configurable: true,
  value: (query: string) => ({ matches: false, media: query, addEventListener: vi.fn(), removeEventListener: vi.fn(), addListener: vi.fn(), removeListener: vi.fn(), dispatchEvent: vi.fn(), onchange: null }),
});
class Observer {
  observe() {}
  unobserve() {}
  disconnect() {}
}
Object.defineProperty(window, 'ResizeObserver', { configurable: true, value: Observer });
Object.defineProperty(Range.prototype, 'getClientRects', { configurable: true, value: () => [] });
Object.defineProperty(Element.prototype, 'scrollIntoView', { configurable: true, value: () => undefined });
