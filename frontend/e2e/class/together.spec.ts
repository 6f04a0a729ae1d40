/**
 * A teacher looks at a student's code and the student sees it; the teacher offers to edit it together, both type at once,
 * the line is lost and comes back, and either ends it. Two processes with a folder each.
 */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { Machine } from './machine';
import { editor, entered, goTo, handIn, isSaved, joinRoom, openRoom, reads, textOf, tile, write } from './person';

test.describe.configure({ mode: 'serial' });

const title = `Pairs ${process.pid}`;
const program = 'package main\n\nimport "fmt"\n\nfunc main() {\n\tfmt.Println("Hello")\n}\n';

let teacher: Machine;
let ada: Machine;
let id = '';

test.beforeAll(async ({ browser }) => {
  teacher = new Machine(browser, 'PairTeacher');
  ada = new Machine(browser, 'PairAda');
  await Promise.all([teacher.start(), ada.start()]);
  await joinRoom(ada, title, await openRoom(teacher, title));
  await write(ada.page, 'mine', program);
});

test.afterAll(async () => {
  await Promise.all([teacher.close(), ada.close()]);
  expect([...teacher.complaints, ...ada.complaints]).toEqual([]);
});

const lookedAt = () => ada.page.getByTestId('looked-at');
const bar = () => ada.page.getByTestId('together-bar');
const stands = () => teacher.page.getByTestId('together');

async function look() {
  await goTo(teacher.page, 'Wall');
  await tile(teacher.page, 'PairAda').click();
  await expect(stands()).toHaveAttribute('data-here', 'true');
  id = ((await teacher.page.locator('[data-testid^=editor-]').getAttribute('data-testid')) ?? '').replace('editor-', '');
}

/** Puts the caret at the end of a line that has this in it. */
async function caretAfter(page: Page, docId: string, words: string) {
  await editor(page, docId).locator('.cm-line', { hasText: words }).click();
  await page.keyboard.press('End');
}

async function accessible(page: Page) {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze();
  expect(violations.map((v) => ({ id: v.id, nodes: v.nodes.map((n) => n.html).slice(0, 3) }))).toEqual([]);
}

test('the student sees that the teacher looks, and that she looks away', async () => {
  await expect(lookedAt()).toBeEmpty();
  await look();
  await expect(lookedAt()).toHaveText('Ms Lee is looking');
  await expect(lookedAt()).toHaveAttribute('role', 'status');
  await expect(ada.page.locator('.cm-otherCaret')).toHaveCount(0);
  await expect(editor(teacher.page, id)).toHaveAttribute('aria-readonly', 'true');
  await ada.photographBoth('looked-at');
  await teacher.page.getByRole('button', { name: 'Back to the wall' }).click();
  await expect(lookedAt()).toBeEmpty();
});

test('an offer is declined, made again, and taken back', async () => {
  await look();
  const offer = teacher.page.getByRole('button', { name: 'Offer to edit together' });
  await offer.click();
  await expect(bar()).toContainText('Ms Lee offers to edit your code together with you.');
  await ada.photographBoth('together-offered');
  await teacher.photographBoth('together-waiting');
  await accessible(ada.page);
  await bar().getByRole('button', { name: 'Not now' }).click();
  await expect(stands()).toContainText('PairAda would rather not just now.');
  await offer.click();
  await expect(bar()).toContainText('offers');
  await teacher.page.getByRole('button', { name: 'Take the offer back' }).click();
  await expect(bar()).not.toContainText('offers');
});

test('both type at once, see each other’s caret, and read the same', async () => {
  await teacher.page.getByRole('button', { name: 'Offer to edit together' }).click();
  await bar().getByRole('button', { name: 'Edit together' }).click();
  await expect(stands()).toHaveAttribute('data-state', 'together');
  await expect(editor(teacher.page, id)).not.toHaveAttribute('aria-readonly', 'true');
  await caretAfter(teacher.page, id, 'import');
  await caretAfter(ada.page, 'mine', 'Hello');
  await Promise.all([
    teacher.page.keyboard.type('\n\n// Ms Lee was here: 漢字 🙂', { delay: 15 }),
    ada.page.keyboard.type('\nfmt.Println("and Ada")\nfmt.Println("at once")', { delay: 15 }),
  ]);
  const want = 'package main\n\nimport "fmt"\n\n// Ms Lee was here: 漢字 🙂\n\nfunc main() {\n\tfmt.Println("Hello")\n\tfmt.Println("and Ada")\n\tfmt.Println("at once")\n}\n';
  await reads(ada.page, 'mine', want);
  await reads(teacher.page, id, want);
  await isSaved(ada.page);
  await expect(ada.page.locator('.cm-otherCaretName')).toHaveText('Ms Lee');
  await expect(teacher.page.locator('.cm-otherCaretName')).toHaveText('PairAda');
  const line = ada.page.locator('.cm-line', { has: ada.page.locator('.cm-otherCaret') });
  await expect(line).toContainText('漢字');
  await ada.photographBoth('together-student');
  await teacher.photographBoth('together-teacher');
  await accessible(teacher.page);
});

test('undo takes back only what one typed oneself', async () => {
  await caretAfter(teacher.page, id, 'Ms Lee was here');
  await teacher.page.keyboard.type('!!!');
  await expect.poll(() => textOf(ada.page, 'mine')).toContain('🙂!!!');
  await ada.page.keyboard.press('Control+z');
  await expect.poll(() => textOf(ada.page, 'mine')).not.toContain('at once');
  expect(await textOf(ada.page, 'mine')).toContain('🙂!!!');
  await ada.page.keyboard.press('Control+y');
  await expect.poll(() => textOf(teacher.page, id)).toContain('at once');
  await teacher.page.keyboard.press('Control+z');
  await expect.poll(() => textOf(ada.page, 'mine')).not.toContain('!!!');
  await reads(teacher.page, id, await textOf(ada.page, 'mine'));
});

test('the student runs it and hands it in meanwhile', async () => {
  await ada.page.keyboard.press('Control+Enter');
  await expect(ada.page.getByTestId('output')).toContainText('and Ada');
  await handIn(ada.page, 'Pair work');
  await expect(ada.page.getByTestId('together-bar')).toHaveAttribute('data-state', 'together');
});

test('the link is lost: the teacher’s pen pauses with words that say so, and goes on', async () => {
  ada.sleep();
  await caretAfter(teacher.page, id, 'and Ada');
  await teacher.page.keyboard.type(' // typed into the gap');
  await expect(stands()).toContainText('Your pen pauses');
  await expect(editor(teacher.page, id)).toHaveAttribute('aria-readonly', 'true');
  await teacher.photographBoth('together-paused');
  ada.wake();
  await expect(stands()).toContainText('You are editing this together.');
  await expect.poll(() => textOf(ada.page, 'mine')).toContain('"and Ada") // typed into the gap');
  await expect(bar()).toHaveAttribute('data-state', 'together');
  await caretAfter(teacher.page, id, 'into the gap');
  await teacher.page.keyboard.type(', and after');
  await expect.poll(() => textOf(ada.page, 'mine')).toContain('gap, and after');
});

test('the student’s machine is killed: editing together has ended, and nothing is lost', async () => {
  await isSaved(ada.page);
  const before = await textOf(ada.page, 'mine');
  await ada.kill();
  await ada.start();
  await entered(ada, title);
  await reads(ada.page, 'mine', before);
  await expect(stands()).toContainText('Editing together has ended.');
  await expect(lookedAt()).toHaveText('Ms Lee is looking');
});

test('the student ends it, and the teacher reads on', async () => {
  await teacher.page.getByRole('button', { name: 'Offer to edit together' }).click();
  await bar().getByRole('button', { name: 'Edit together' }).click();
  await expect(stands()).toHaveAttribute('data-state', 'together');
  await caretAfter(teacher.page, id, 'and Ada');
  await teacher.page.keyboard.type(' // again');
  await expect.poll(() => textOf(ada.page, 'mine')).toContain('// again');
  await bar().getByRole('button', { name: 'End editing together' }).click();
  await expect(stands()).toContainText('PairAda has ended editing together.');
  await expect(editor(teacher.page, id)).toHaveAttribute('aria-readonly', 'true');
  await expect(ada.page.locator('.cm-otherCaret')).toHaveCount(0);
  await write(ada.page, 'mine', program);
  await reads(teacher.page, id, program);
});

test('a teacher whose window is gone is seen no more', async () => {
  await expect(lookedAt()).toHaveText('Ms Lee is looking');
  await teacher.kill();
  await expect(lookedAt()).toBeEmpty();
});
