/** What people do in a room, by what they see. */
import { expect, type Locator, type Page } from '@playwright/test';
import type { Machine } from './machine';

export const course = 'Go for beginners';

export async function openRoom(teacher: Machine, title: string, locked = true): Promise<string> {
  const { page } = teacher;
  const door = page.getByRole('region', { name: 'Teach' });
  await door.getByLabel('Course').fill(course);
  await door.getByLabel('Room', { exact: true }).fill(title);
  await door.getByLabel('Your name').fill('Ms Lee');
  await door.getByLabel('Lock with a room code').setChecked(locked);
  await door.getByRole('button', { name: 'Open the room' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText(title);
  return locked ? ((await page.getByTestId('room-code').textContent()) ?? '') : '';
}

export function found(student: Machine, title: string): Locator {
  return student.page.getByRole('list', { name: 'Rooms' }).getByRole('button', { name: new RegExp(title) });
}

export async function joinRoom(student: Machine, title: string, code: string): Promise<void> {
  const { page, name } = student;
  await page.getByRole('region', { name: 'Join a class' }).getByLabel('Your name').fill(name);
  await found(student, title).click();
  const row = page.getByRole('list', { name: 'Rooms' }).getByRole('listitem').filter({ hasText: title });
  if (code) await row.getByRole('textbox', { name: 'Room code' }).fill(code);
  await row.getByRole('button', { name: 'Join', exact: true }).click();
  await entered(student, title);
}

export async function entered(student: Machine, title: string): Promise<void> {
  await expect(student.page.getByRole('heading', { level: 1 })).toContainText(title);
}

export function editor(page: Page, id: string): Locator {
  return page.getByTestId(`editor-${id}`).locator('.cm-content');
}

/** Makes the editor's text what is given, as by paste, and waits until it is on disk. */
export async function write(page: Page, id: string, text: string): Promise<void> {
  const place = editor(page, id);
  await place.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(text);
  await isSaved(page);
}

/** Types, key by key, at the end of the text. */
export async function append(page: Page, id: string, text: string): Promise<void> {
  await editor(page, id).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(text, { delay: 5 });
  await isSaved(page);
}

export async function isSaved(page: Page): Promise<void> {
  await expect(page.getByTestId('saving')).toHaveAttribute('data-saving', 'saved');
}

/** The editor's whole text: the editor itself draws only what is in view. */
export function textOf(page: Page, id: string): Promise<string> {
  return editor(page, id).evaluate((element) => {
    const view = (element as unknown as { cmTile?: { root?: { view?: { state: { doc: { toString(): string } } } } } }).cmTile;
    return view?.root?.view?.state.doc.toString() ?? (element as HTMLElement).innerText;
  });
}

export async function reads(page: Page, id: string, text: string): Promise<void> {
  await expect.poll(() => textOf(page, id)).toBe(text);
}

export async function say(page: Page, text: string): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Message to the class' });
  await field.fill(text);
  await field.press('Enter');
}

export async function hears(page: Page, text: string): Promise<void> {
  await expect(page.getByTestId('chat')).toContainText(text);
}

export function goTo(page: Page, place: 'Wall' | 'Board' | 'Handed in' | 'Code'): Promise<void> {
  return page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: new RegExp(`^${place}`) }).click();
}

export function tile(page: Page, name: string): Locator {
  return page.getByRole('list', { name: 'Students’ code' }).getByRole('button', { name: new RegExp(`^${name}`) });
}

export async function handIn(page: Page, title: string): Promise<void> {
  await page.getByRole('button', { name: 'Hand in' }).click();
  const dialog = page.getByRole('dialog', { name: 'Hand in' });
  await dialog.getByLabel('What is it?').fill(title);
  await dialog.getByRole('button', { name: 'Hand in' }).click();
  await expect(dialog).toBeHidden();
}

/** Opens the dialog in which receipts are shown; Escape closes it. */
export async function receipts(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'Hand in' }).click();
  return page.getByRole('dialog', { name: 'Hand in' });
}
