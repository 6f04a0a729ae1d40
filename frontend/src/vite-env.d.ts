declare module '*.po' {
  import type { Messages } from '@lingui/core';
  export const messages: Messages;
}
declare module '@fontsource-variable/inter/index.css';
declare module '@fontsource-variable/jetbrains-mono/index.css';
