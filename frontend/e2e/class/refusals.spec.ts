/** What goes wrong in a classroom, between real processes: each ends in a plain sentence, and nothing is lost. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { Machine } from './machine';
import { entered, found, joinRoom, openRoom } from './person';

const machines: Machine[] = [];

function machine(browser: ConstructorParameters<typeof Machine>[0], name: string): Machine {
  const made = new Machine(browser, name);
  machines.push(made);
  return made;
}

test.afterEach(async () => {
  const all = machines.splice(0);
  await Promise.all(all.map((m) => m.close()));
  expect(all.flatMap((m) => m.complaints)).toEqual([]);
});

test('a name that is taken, and a door that is locked', async ({ browser }) => {
  const title = `Door ${process.pid}`;
  const [teacher, ada, twin] = [machine(browser, 'Teacher'), machine(browser, 'Ada'), machine(browser, 'Twin')];
  await Promise.all([teacher.start(), ada.start(['join']), twin.start(['join'])]);
  await openRoom(teacher, title, false);
  await joinRoom(ada, title, '');

  const { page } = twin;
  await page.getByRole('region', { name: 'Join a class' }).getByLabel('Your name').fill('Ada');
  await found(twin, title).click();
  const row = page.getByRole('listitem').filter({ hasText: title });
  await row.getByRole('button', { name: 'Join', exact: true }).click();
  await expect(row.getByRole('alert')).toContainText(/name/i);
  await twin.photographBoth('name-taken');

  await teacher.page.getByRole('button', { name: 'Lock', exact: true }).click();
  await expect(teacher.page.getByRole('button', { name: 'Locked' })).toBeVisible();
  await page.getByRole('region', { name: 'Join a class' }).getByLabel('Your name').fill('Bea');
  await row.getByRole('button', { name: 'Join', exact: true }).click();
  await expect(row.getByRole('alert')).toContainText(/locked/i);

  await teacher.page.getByRole('button', { name: 'Locked' }).click();
  await row.getByRole('button', { name: 'Join', exact: true }).click();
  await entered(twin, title);
});

test('a known room’s name on another machine is not taken for it', async ({ browser }) => {
  const title = `Known ${process.pid}`;
  const [teacher, impostor, ada] = [machine(browser, 'Teacher'), machine(browser, 'Impostor'), machine(browser, 'Ada')];
  await Promise.all([teacher.start(), impostor.start(), ada.start(['join'])]);
  await openRoom(teacher, title, false);
  await joinRoom(ada, title, '');
  await ada.page.getByRole('button', { name: /who I am here/ }).click();
  await ada.page.getByRole('menuitem', { name: 'Leave the room' }).click();
  await ada.page.getByRole('button', { name: 'Leave', exact: true }).click();
  await expect(found(ada, title)).toContainText('Rejoin');

  await openRoom(impostor, title, false);
  const other = ada.page.getByRole('listitem').filter({ hasText: title }).filter({ has: ada.page.getByRole('img', { name: 'Not the room you know' }) });
  await expect(other).toHaveCount(1);
  await other.getByRole('button').click();
  await expect(other.getByRole('alert')).toContainText('you were in before');
  await expect(other.getByRole('button', { name: 'Join', exact: true })).toHaveCount(0);
  await ada.photographBoth('impostor');
});

test('an address where nobody is, and words that are no address', async ({ browser }) => {
  const ada = machine(browser, 'Ada');
  await ada.start(['join']);
  const { page } = ada;
  await page.getByRole('region', { name: 'Join a class' }).getByLabel('Your name').fill('Ada');
  await page.getByLabel('Not listed?').fill('hello there');
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('neither a room code');
  await page.getByLabel('Not listed?').fill('127.0.0.1:9');
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await expect(page.getByRole('alert')).not.toContainText('Something went wrong', { timeout: 60_000 });
  await expect(page.getByRole('alert')).toContainText(/./, { timeout: 60_000 });
  await ada.photograph('nobody-there');
});

test('data that cannot be read are left alone, and said to be so', async ({ browser }) => {
  const ada = machine(browser, 'Ada');
  writeFileSync(join(ada.dir, 'thirdspace.db'), 'this is no database, and never was one. '.repeat(200));
  await ada.start();
  await expect(ada.page.getByRole('alert')).toBeVisible();
  await expect(ada.page.getByRole('region', { name: 'Teach' })).toHaveCount(0);
  await ada.photographBoth('damaged');
});
