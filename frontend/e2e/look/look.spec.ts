import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { install, type Scenario } from '../fixtures/fake';

const folder = fileURLToPath(new URL('../../../build/artifacts/look', import.meta.url));

async function show(page: Page, scenario: Scenario) {
  await page.addInitScript(install, scenario);
  await page.goto('/');
  await page.waitForLoadState('networkidle');
  await page.evaluate(() => document.fonts.ready);
}

async function photograph(page: Page, name: string) {
  await page.screenshot({ path: `${folder}/${name}.png` });
}

async function accessible(page: Page) {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze();
  expect(violations.map((v) => ({ id: v.id, nodes: v.nodes.map((n) => n.html).slice(0, 4), why: v.nodes[0]?.failureSummary }))).toEqual([]);
}

for (const theme of ['light', 'dark', 'contrast']) {
  test.describe(theme, () => {
    test.beforeEach(({ page }) => {
      page.on('pageerror', (error) => {
        throw error;
      });
    });

    test('start, nothing found', async ({ page }) => {
      await show(page, { screen: 'start', theme, empty: true });
      await page.waitForTimeout(4300);
      await photograph(page, `start-empty-${theme}`);
      await accessible(page);
    });

    test('start, why nothing is found', async ({ page }) => {
      await show(page, { screen: 'start', theme, empty: true });
      await page.getByRole('button', { name: /Find out why/ }).click();
      await expect(page.getByTestId('cause')).toBeVisible();
      await photograph(page, `doctor-${theme}`);
      await page.getByText('The rule for each system').click();
      await photograph(page, `doctor-rules-${theme}`);
      await accessible(page);
    });

    test('start, with rooms', async ({ page }) => {
      await show(page, { screen: 'start', theme, rooms: true });
      await page.getByRole('button', { name: /Lab B/ }).click();
      await photograph(page, `start-rooms-${theme}`);
      await accessible(page);
      await page.getByLabel('Room code', { exact: true }).fill('000-000');
      await page.getByRole('listitem').getByRole('button', { name: 'Join', exact: true }).click();
      await expect(page.getByRole('alert')).toContainText('not this room’s code');
      await page.getByRole('button', { name: /Thursday, period 5.*Not the room/ }).click();
      await photograph(page, `start-refused-${theme}`);
    });

    test('failure', async ({ page }) => {
      await show(page, { screen: 'failure', theme });
      await photograph(page, `failure-${theme}`);
      await accessible(page);
    });

    test('student', async ({ page }) => {
      await show(page, { screen: 'student', theme, sent: true });
      await page.getByRole('button', { name: 'Run' }).click();
      await expect(page.getByTestId('output')).toContainText('Who is there?');
      await page.getByLabel('Input for the program').fill('Ada');
      await page.keyboard.press('Enter');
      await expect(page.getByText('Your teacher sent code')).toBeVisible();
      await photograph(page, `student-${theme}`);
      await accessible(page);
      await page.getByRole('button', { name: /^Engine/ }).click();
      await expect(page.getByRole('menuitemradio', { name: /Go’s compiler/ })).toBeVisible();
      await photograph(page, `student-engine-${theme}`);
      await accessible(page);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Look' }).click();
      await expect(page.getByTestId('preview')).toBeVisible();
      await photograph(page, `student-versions-${theme}`);
      await accessible(page);
      await page.keyboard.press('Escape');
      await page.getByRole('tab', { name: /Teacher’s board/ }).click();
      await expect(page.locator('.cm-otherCaret')).toBeVisible();
      await photograph(page, `student-board-${theme}`);
      await page.getByRole('tab', { name: 'My code' }).click();
      await page.getByRole('button', { name: 'Hand in' }).click();
      await page.getByText('Receipt').first().click();
      await photograph(page, `student-hand-in-${theme}`);
      await accessible(page);
    });

    test('student, with an error', async ({ page }) => {
      await show(page, { screen: 'student', theme });
      await page.locator('.cm-line').nth(11).click();
      await page.keyboard.type('undefinedName()');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+Enter');
      await expect(page.getByTestId('verdict')).toHaveAttribute('data-reason', 'compile');
      await page.getByRole('button', { name: /Line 12, column 3/ }).click();
      await photograph(page, `student-error-${theme}`);
    });

    test('student, reconnecting and empty', async ({ page }) => {
      await show(page, { screen: 'student', theme, phase: 'reconnecting' });
      await expect(page.getByTestId('reconnecting')).toBeVisible();
      await photograph(page, `student-reconnecting-${theme}`);
      await accessible(page);
    });

    test('student, refused, nothing there yet', async ({ page }) => {
      await show(page, { screen: 'student', theme, phase: 'refused', empty: true });
      await photograph(page, `student-refused-${theme}`);
    });

    test('teacher', async ({ page }) => {
      await show(page, { screen: 'teacher', theme, students: 30 });
      await expect(page.getByRole('button', { name: /^Ada/ })).toBeVisible();
      await photograph(page, `wall-${theme}`);
      await accessible(page);
      await page.getByRole('button', { name: /^Ada/ }).click();
      await page.getByRole('button', { name: 'Run' }).click();
      await expect(page.getByTestId('output')).toContainText('Who is there?');
      await page.getByRole('tab', { name: /People/ }).click();
      await photograph(page, `wall-student-${theme}`);
      await accessible(page);
      await page.getByRole('button', { name: 'Board', exact: true }).click();
      await page.getByRole('button', { name: 'Run' }).click();
      await expect(page.getByTestId('verdict')).toBeVisible();
      await photograph(page, `board-${theme}`);
      await accessible(page);
      await page.getByRole('button', { name: /^Handed in/ }).click();
      await expect(page.getByRole('table')).toBeVisible();
      await photograph(page, `handed-in-${theme}`);
      await accessible(page);
    });

    test('teacher, the connection', async ({ page }) => {
      await show(page, { screen: 'teacher', theme, students: 3 });
      await page.getByRole('button', { name: /^Room code/ }).click();
      await page.getByRole('menuitem', { name: /Check the connection/ }).click();
      await expect(page.getByTestId('doubt')).toBeVisible();
      await photograph(page, `doctor-teacher-${theme}`);
      await accessible(page);
    });

    test('teacher, the way in', async ({ page }) => {
      await show(page, { screen: 'teacher', theme, students: 3 });
      await page.getByRole('button', { name: /^Room code/ }).click();
      await page.waitForTimeout(300);
      await photograph(page, `room-code-menu-${theme}`);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Show large, for the projector' }).click();
      await expect(page.getByTestId('qr')).toBeVisible();
      await photograph(page, `room-code-${theme}`);
      await accessible(page);
    });

    test('teacher, alone', async ({ page }) => {
      await show(page, { screen: 'teacher', theme, students: 0, empty: true });
      await photograph(page, `wall-empty-${theme}`);
    });
  });
}

test('large text and a small window do not break it', async ({ page }) => {
  await page.setViewportSize({ width: 720, height: 900 });
  await show(page, { screen: 'student', theme: 'light' });
  await photograph(page, 'small-student');
  await page.setViewportSize({ width: 1360, height: 820 });
  await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
  await photograph(page, 'student-200');
});

test('right to left', async ({ page }) => {
  await show(page, { screen: 'teacher', theme: 'light', students: 12 });
  await page.evaluate(() => (document.documentElement.dir = 'rtl'));
  await page.waitForTimeout(300);
  await photograph(page, 'wall-rtl');
  await page.getByRole('button', { name: 'Board', exact: true }).click();
  await photograph(page, 'board-rtl');
});
