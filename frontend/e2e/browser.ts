/** The browser that the tests drive: the system's own Chromium, never one that is downloaded. */
export const browser = {
  browserName: 'chromium' as const,
  viewport: { width: 1360, height: 820 },
  launchOptions: {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  },
};
