/** The ways into a room for those who do not find it, and what the app says where none leads there. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import { Machine } from './machine';
import { entered, found, openRoom } from './person';

test('a room is joined by the code and by the link of the teacher’s screen', async ({ browser }) => {
  const teacher = new Machine(browser, 'ways-teacher');
  const ada = new Machine(browser, 'Ada');
  const ben = new Machine(browser, 'Ben');
  const all = [teacher, ada, ben];
  try {
    const title = `Ways ${Date.now()}`;
    await teacher.start(['host']);
    const code = await openRoom(teacher, title);
    await teacher.page.getByRole('button', { name: 'Show large, for the projector' }).click();
    await expect(teacher.page.getByTestId('qr')).toBeVisible();
    const way = (await teacher.page.getByTestId('way-code').first().textContent()) ?? '';
    const link = () => teacher.page.getByTestId('qr').getAttribute('data-link');
    expect(await link()).not.toContain('code=');
    await teacher.photographBoth('ways-room-code');
    await teacher.page.getByLabel('Put the room code into the picture').check({ force: true });
    const whole = (await link()) ?? '';
    expect(whole).toContain(`code=${code}`);

    // A slip is noticed before anything is sent; the code itself leads in.
    await ada.start(['join', '--name', 'Ada']);
    const field = ada.page.getByLabel('Not listed?');
    const slip = `${way.slice(0, -1)}${way.endsWith('0') ? '2' : '0'}`;
    await field.fill(slip);
    await field.press('Enter');
    await expect(ada.page.getByRole('alert')).toContainText('slip');
    await field.fill(way.toLowerCase().replaceAll('-', ' '));
    await ada.page.getByLabel('Room code, if asked').fill(code);
    await ada.page.getByLabel('Room code, if asked').press('Enter');
    await entered(ada, title);

    // A link on the command line, with the room code in it, needs a name and a click.
    await ben.start(['join', '--name', 'Ben', whole]);
    const byLink = ben.page.getByRole('region', { name: 'Join a class' });
    await byLink.getByRole('button', { name: 'Join', exact: true }).last().click();
    await entered(ben, title);

    // Known, left and not announced any more: one click leads back in, to work there until the teacher is back.
    await ben.page.getByRole('button', { name: /Ben: who I am here/ }).click();
    await ben.page.getByRole('menuitem', { name: 'Leave the room' }).click();
    await ben.page.getByRole('dialog').getByRole('button', { name: /^Leave/ }).click();
    await teacher.kill();
    await expect(found(ben, title)).toContainText('Rejoin');
    await expect(found(ben, title)).toContainText('Not seen now');
    await found(ben, title).click();
    await entered(ben, title);
  } finally {
    for (const machine of all) await machine.close();
    expect(all.flatMap((m) => m.complaints)).toEqual([]);
  }
});

test('the doctor names what is in the way', async ({ browser }) => {
  const web = createServer((_request, response) => response.end('not a room'));
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const { port } = web.address() as AddressInfo;
  const ada = new Machine(browser, 'Ada');
  try {
    await ada.start(['join', '--name', 'Ada']);
    await ada.page.getByLabel('Not listed?').fill(`127.0.0.1:${port}`);
    await ada.page.getByLabel('Not listed?').press('Enter');
    await expect(ada.page.getByRole('alert')).toContainText('Another program answers');
    await ada.page.getByRole('button', { name: 'Find out why' }).click();
    const cause = ada.page.getByTestId('cause');
    await expect(cause).toHaveAttribute('data-code', 'other-program', { timeout: 40_000 });
    await ada.photographBoth('doctor');
    await ada.page.getByLabel(/Code or address/).fill('127.0.0.1:1');
    await ada.page.getByRole('button', { name: 'Check again' }).click();
    await expect(cause).toHaveAttribute('data-code', 'own-address', { timeout: 40_000 });
  } finally {
    await ada.close();
    web.close();
    expect(ada.complaints).toEqual([]);
  }
});

test('the teacher has one, too', async ({ browser }) => {
  const teacher = new Machine(browser, 'doctor-teacher');
  try {
    await teacher.start(['host']);
    await openRoom(teacher, `Checked ${Date.now()}`);
    await teacher.page.getByRole('button', { name: /Room code/ }).first().click();
    await teacher.page.getByRole('menuitem', { name: /Check the connection/ }).click();
    const checks = teacher.page.getByRole('list', { name: 'What was looked at' });
    await expect(checks).toContainText('A room is open there.', { timeout: 40_000 });
    await teacher.photographBoth('doctor-teacher');
  } finally {
    await teacher.close();
    expect(teacher.complaints).toEqual([]);
  }
});
