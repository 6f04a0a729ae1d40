/** Help with what is typed, from the keyboard alone: completion with its documentation, signatures, format, rename, definition. */
import { expect, test } from '@playwright/test';
import { Machine } from './machine';
import { editor, goTo, openRoom, reads, textOf, write } from './person';

test.describe.configure({ mode: 'serial' });

const begun = 'package main\n\nfunc main() {\n\tgröße := "世界 🙂"\n\t\n}\n';

let teacher: Machine;

test.beforeAll(async ({ browser }) => {
  teacher = new Machine(browser, 'Assisted');
  await teacher.start();
  await openRoom(teacher, `Typing ${process.pid}`, false);
  await goTo(teacher.page, 'Board');
});

test.afterAll(async () => {
  await teacher.close();
  expect(teacher.complaints).toEqual([]);
});

test('a name is completed from the keyboard, with what is written about it, and imported', async () => {
  const { page } = teacher;
  await write(page, 'board', begun);
  await page.keyboard.press('Control+Home');
  for (let line = 0; line < 4; line++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('End');
  await page.keyboard.type('fmt.Pr', { delay: 30 });
  const list = page.getByRole('listbox', { name: 'Suggestions' });
  await expect(list).toBeVisible();
  const chosen = list.getByRole('option', { selected: true });
  await expect(chosen).toContainText('Print');
  await expect.poll(async () => {
    if (!(await list.isVisible())) await page.keyboard.press('Control+Space'); // an answer that came too late closes it
    else if ((await chosen.textContent())?.includes('Println')) return true;
    else await page.keyboard.press('ArrowDown');
    return false;
  }).toBe(true);
  await expect(page.locator('.cm-completionInfo')).toBeInViewport({ ratio: 1 });
  await expect(page.locator('.cm-completionInfo')).toContainText('Println formats using the default formats for its operands');
  await teacher.photographBoth('assist-completion');
  await page.keyboard.press('Enter');
  await reads(page, 'board', begun.replace('main\n\n', 'main\n\nimport "fmt"\n\n').replace('\t\n', '\tfmt.Println()\n'));
});

test('the call says which parameter is next', async () => {
  const { page } = teacher;
  await expect(page.getByRole('status', { name: 'How it is called' })).toContainText('Println(a ...any) (n int, err error)');
  await teacher.photographBoth('assist-signature');
  await page.keyboard.type('gr', { delay: 30 });
  const chosen = page.getByRole('listbox', { name: 'Suggestions' }).getByRole('option', { selected: true });
  await expect(chosen).toContainText('größe');
  await expect.poll(async () => {
    if ((await textOf(page, 'board')).includes('\tfmt.Println(größe)\n')) return true;
    await page.keyboard.press('Tab'); // a list that has just opened does not take it yet
    return false;
  }).toBe(true);
});

test('nothing is offered in comments and strings', async () => {
  const { page } = teacher;
  await page.keyboard.press('End');
  await page.keyboard.type(' // fmt.Pri', { delay: 20 });
  await page.keyboard.press('Control+Space');
  await expect(page.getByRole('listbox', { name: 'Suggestions' })).toBeHidden();
  for (let i = 0; i < ' // fmt.Pri'.length; i++) await page.keyboard.press('Backspace');
  await expect.poll(() => textOf(page, 'board')).toContain('\tfmt.Println(größe)\n');
});

test('the program is laid out as gofmt does, in one step', async () => {
  const { page } = teacher;
  const untidy = 'package main\nimport "os"\nfunc main(){\n  größe:="世界 🙂"\n  fmt.Println( größe )\n}\n';
  const tidy = 'package main\n\nimport "fmt"\n\nfunc main() {\n\tgröße := "世界 🙂"\n\tfmt.Println(größe)\n}\n';
  await write(page, 'board', untidy);
  await page.keyboard.press('Shift+Alt+F');
  await reads(page, 'board', tidy);
  await page.keyboard.press('Control+z');
  await reads(page, 'board', untidy);
  await page.getByRole('button', { name: 'Format' }).click();
  await reads(page, 'board', tidy);
});

test('a name is changed everywhere, and refused with a sentence', async () => {
  const { page } = teacher;
  await editor(page, 'board').click();
  await page.keyboard.press('Control+End');
  for (let line = 0; line < 2; line++) await page.keyboard.press('ArrowUp');
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('F2');
  const name = page.getByRole('textbox', { name: 'New name' });
  await expect(name).toHaveValue('größe');
  await expect(name).toBeFocused();
  await name.fill('fmt');
  await name.press('Enter');
  await expect(page.getByRole('alert')).toContainText('There is a fmt already, in line 3.');
  await teacher.photographBoth('assist-rename');
  await name.fill('text');
  await name.press('Enter');
  await expect.poll(() => textOf(page, 'board')).toContain('\ttext := "世界 🙂"\n\tfmt.Println(text)\n');
  await expect(editor(page, 'board')).toBeFocused();
  await page.keyboard.press('Control+z');
  await expect.poll(() => textOf(page, 'board')).toContain('\tgröße := "世界 🙂"\n\tfmt.Println(größe)\n');
});

test('a name is explained, and gone to where it is declared', async () => {
  const { page } = teacher;
  await page.keyboard.press('Home');
  await page.keyboard.press('F1');
  const about = page.getByRole('status', { name: 'What it is' });
  await expect(about).toContainText('package fmt');
  await expect(about).toContainText('implements formatted I/O');
  await teacher.photographBoth('assist-about');
  await page.keyboard.press('Escape');
  await expect(about).toBeHidden();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('F12');
  const line = () => page.evaluate(() => document.getSelection()?.anchorNode?.parentElement?.closest('.cm-line')?.textContent);
  await expect.poll(line).toContain('größe :=');
  await page.keyboard.type('x');
  await expect.poll(() => textOf(page, 'board')).toContain('\txgröße := ');
});
