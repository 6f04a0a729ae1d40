import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/jetbrains-mono/index.css';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './ui/tokens.css';
import './ui/global.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { Frame } from './Frame';
import { speak } from './lib/i18n';

const root = createRoot(document.getElementById('root') as HTMLElement);

void speak().finally(() => {
  root.render(
    <StrictMode>
      <Frame>
        <App />
      </Frame>
    </StrictMode>,
  );
});
