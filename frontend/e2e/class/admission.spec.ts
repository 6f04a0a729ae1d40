/** Who comes in and what they may do, between real processes: knocking, roles, muting, cards, a new computer. */
import { expect, test } from '@playwright/test';
import { Machine } from './machine';
import { editor, entered, found, goTo, hears, joinRoom, openRoom, reads, say, tile, write } from './person';

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

function people(m: Machine) {
  return m.page.getByRole('tab', { name: /People/ }).click();
}

function chat(m: Machine) {
  return m.page.getByRole('tab', { name: /Chat/ }).click();
}

/** Opens the menu of a person and chooses from it. */
async function choose(m: Machine, name: string, item: string | RegExp) {
  await people(m);
  await m.page.getByRole('button', { name: `What to do about ${name}`, exact: true }).click();
  await m.page.getByRole('menuitem', { name: item }).click();
}

async function letInByHand(teacher: Machine, whom: string) {
  const radio = teacher.page.getByRole('radio', { name: whom });
  await radio.click();
  await expect(radio).toBeChecked();
}

async function knock(m: Machine, title: string) {
  await m.page.getByRole('region', { name: 'Join a class' }).getByLabel('Your name').fill(m.name);
  await found(m, title).click();
  const row = m.page.getByRole('listitem').filter({ hasText: title });
  await row.getByRole('button', { name: /ask to be let in/ }).click();
  return row;
}

test('knocking: who has no code waits, sees how it stands, and is let in or not', async ({ browser }) => {
  const title = `Knock ${process.pid}`;
  const [teacher, ada, ben, eve] = [machine(browser, 'Teacher'), machine(browser, 'Ada'), machine(browser, 'Ben'), machine(browser, 'Eve')];
  await Promise.all([teacher.start(), ada.start(['join']), ben.start(['join']), eve.start(['join'])]);
  await openRoom(teacher, title, true);

  // Nobody listens yet.
  let row = await knock(ada, title);
  await expect(row.getByRole('alert')).toContainText('asks for a room code');

  await teacher.page.getByRole('button', { name: /^Room code/ }).click();
  await letInByHand(teacher, 'Those without the code');
  await teacher.photographBoth('door-menu');
  await teacher.page.keyboard.press('Escape');
  await row.getByRole('button', { name: /ask to be let in/ }).click();
  await expect(ada.page.getByTestId('waiting')).toContainText('You are next');
  await knock(ben, title);
  await expect(ben.page.getByTestId('waiting')).toContainText('number 2');
  await ben.photographBoth('waiting');
  row = await knock(eve, title);
  await expect(eve.page.getByTestId('waiting')).toContainText('number 3');

  await expect(teacher.page.getByTestId('at-the-door')).toContainText('3 wait');
  await teacher.page.getByTestId('at-the-door').click();
  const line = teacher.page.getByRole('region', { name: 'Waiting to be let in' });
  await expect(line.getByRole('listitem')).toHaveText([/Ada/, /Ben/, /Eve/]);
  await teacher.photographBoth('knocks');

  await line.getByRole('button', { name: 'Do not let Eve in' }).click();
  await expect(row.getByRole('alert')).toContainText('has not let you in');
  await expect(row.getByRole('alert')).toContainText(/again in \d+ s/);
  await eve.photographBoth('not-let-in');
  await line.getByRole('button', { name: 'Let Ada in', exact: true }).click();
  await entered(ada, title);
  await expect(ben.page.getByTestId('waiting')).toContainText('You are next');
  await line.getByRole('button', { name: 'Let Ben in', exact: true }).click();
  await entered(ben, title);
  await expect(line).toBeHidden();

  // Eve asks for nothing more, and gives up.
  await row.getByRole('button', { name: /ask to be let in/ }).click();
  await expect(row.getByRole('alert')).toContainText(/again in \d+ s/);
});

test('giving up, and a page loaded anew while waiting', async ({ browser }) => {
  const title = `Line ${process.pid}`;
  const [teacher, ada] = [machine(browser, 'Teacher'), machine(browser, 'Ada')];
  await Promise.all([teacher.start(), ada.start(['join'])]);
  await openRoom(teacher, title, true);
  await teacher.page.getByRole('button', { name: /^Room code/ }).click();
  await letInByHand(teacher, 'Everyone new');
  await teacher.page.keyboard.press('Escape');
  const row = await knock(ada, title);
  await expect(ada.page.getByTestId('waiting')).toBeVisible();
  await ada.page.reload();
  await expect(ada.page.getByTestId('waiting')).toContainText('has been asked');
  await ada.page.getByTestId('waiting').getByRole('button', { name: 'Cancel' }).click();
  await expect(ada.page.getByTestId('waiting')).toBeHidden();
  await expect(row.getByRole('alert')).toHaveCount(0);
  await people(teacher);
  await expect(teacher.page.getByRole('region', { name: 'Waiting to be let in' })).toContainText('link lost');
});

test('roles: a co-teacher sees the wall, mutes and removes; an observer watches', async ({ browser }) => {
  const title = `Roles ${process.pid}`;
  const [teacher, roy, ada, eve] = [machine(browser, 'Teacher'), machine(browser, 'Roy'), machine(browser, 'Ada'), machine(browser, 'Eve')];
  await Promise.all([teacher.start(), roy.start(['join']), ada.start(['join']), eve.start(['join'])]);
  await openRoom(teacher, title, false);
  for (const student of [roy, ada, eve]) await joinRoom(student, title, '');
  await write(ada.page, 'mine', 'package ada\n');

  await choose(teacher, 'Roy', 'Make co-teacher');
  await expect(roy.page.getByText('You are a co-teacher now')).toBeVisible();
  await expect(tile(roy.page, 'Ada')).toContainText('package ada');
  await write(ada.page, 'mine', 'package ada // again\n');
  await expect(tile(roy.page, 'Ada')).toContainText('again');
  await people(roy);
  await roy.photographBoth('co-teacher');
  await expect(roy.page.getByRole('button', { name: 'What to do about Ms Lee' })).toHaveCount(0);
  await expect(roy.page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Board' })).toHaveCount(0);

  // What he sends reaches the students.
  await goTo(roy.page, 'Code');
  await write(roy.page, 'mine', 'package roys\n');
  await roy.page.getByRole('button', { name: 'Send to everyone' }).click();
  await expect(roy.page.getByRole('dialog')).toContainText('may take your code');
  await roy.page.getByRole('dialog').getByLabel('Title').fill('A start');
  await roy.page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
  await expect(ada.page.getByText('Your teacher sent code')).toBeVisible();
  await ada.page.getByRole('button', { name: 'Take', exact: true }).click();
  await reads(ada.page, 'mine', 'package roys\n');

  await choose(roy, 'Ada', 'Mute');
  await chat(ada);
  await expect(ada.page.getByTestId('muted')).toContainText('muted you');
  await expect(ada.page.getByRole('textbox', { name: 'Message to the class' })).toHaveCount(0);
  await ada.photographBoth('muted');
  await people(teacher);
  await expect(teacher.page.getByRole('img', { name: 'Ada is muted' })).toBeVisible();
  await teacher.page.getByRole('button', { name: 'What to do about Ada', exact: true }).click();
  await teacher.photographBoth('person-menu');
  await teacher.page.getByRole('menuitem', { name: 'Unmute' }).click();
  await say(ada.page, 'I am back');
  await chat(roy);
  await hears(roy.page, 'I am back');

  await choose(roy, 'Ada', 'Remove Ada');
  await expect(ada.page.getByRole('alert')).toContainText('removed this device');
  await roy.page.getByRole('button', { name: 'Undo' }).click();
  await ada.page.getByRole('button', { name: 'Try again' }).click();
  await expect(ada.page.getByRole('alert')).toHaveCount(0);

  await choose(teacher, 'Eve', 'Make observer');
  await expect(eve.page.getByText('You are an observer now')).toBeVisible();
  await expect(eve.page.getByRole('tab', { name: 'My code' })).toHaveCount(0);
  await expect(eve.page.getByRole('button', { name: 'Hand in' })).toHaveCount(0);
  await expect(eve.page.getByTestId('muted')).toContainText('here to watch');
  await goTo(teacher.page, 'Board');
  await write(teacher.page, 'board', 'package watched\n');
  await reads(eve.page, 'board', 'package watched\n');
  await eve.photographBoth('observer');
  await choose(teacher, 'Eve', 'Let write in the chat');
  await say(eve.page, 'thank you');
  await chat(ada);
  await hears(ada.page, 'thank you');

  await choose(teacher, 'Roy', 'Make student');
  await expect(roy.page.getByText('You are a student in this room now')).toBeVisible();
  await expect(editor(roy.page, 'mine')).toBeVisible();
  await expect(roy.page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Wall' })).toHaveCount(0);
});

test('a card takes the seat on another computer, and a stolen one is worth nothing', async ({ browser }) => {
  const title = `Card ${process.pid}`;
  const [teacher, ada, lab, thief] = [machine(browser, 'Teacher'), machine(browser, 'Ada'), machine(browser, 'Lab'), machine(browser, 'Thief')];
  await Promise.all([teacher.start(), ada.start(['join']), lab.start(['join']), thief.start(['join'])]);
  await openRoom(teacher, title, true);
  const code = (await teacher.page.getByTestId('room-code').textContent()) ?? '';
  await joinRoom(ada, title, code);
  await write(ada.page, 'mine', 'package adas\n');
  await expect(tile(teacher.page, 'Ada')).toContainText('adas');
  await ada.page.getByRole('button', { name: 'Hand in' }).click();
  await ada.page.getByRole('dialog').getByLabel('What is it?').fill('Loops');
  await ada.page.getByRole('dialog').getByRole('button', { name: 'Hand in' }).click();
  await expect(ada.page.getByRole('dialog')).toBeHidden();

  // She sees her own card.
  await ada.page.getByRole('button', { name: /who I am here/ }).click();
  await ada.page.getByRole('menuitem', { name: /My card/ }).click();
  const words = ada.page.getByTestId('cards').getByRole('listitem');
  await expect(words).toHaveCount(7);
  const card = (await words.allTextContents()).join(' ');
  await ada.photographBoth('my-card');
  await ada.page.keyboard.press('Escape');

  // The teacher prints them; it is the same card.
  await people(teacher);
  await teacher.page.getByRole('button', { name: 'Cards for all' }).click();
  await expect(teacher.page.getByTestId('cards').getByRole('listitem')).toHaveText(card.split(' '));
  await teacher.photographBoth('cards');
  await teacher.page.emulateMedia({ media: 'print' });
  await expect(teacher.page.getByRole('heading', { level: 1 })).toBeHidden();
  await teacher.photograph('cards-printed');
  await teacher.page.emulateMedia({ media: 'screen' });
  await teacher.page.keyboard.press('Escape');

  // Another computer.
  const take = async (m: Machine, text: string) => {
    const row = m.page.getByRole('list', { name: 'Rooms' }).getByRole('listitem').filter({ hasText: title });
    const field = row.getByLabel('The seven words of your card');
    if (!(await field.isVisible())) {
      await found(m, title).click();
      await row.getByRole('button', { name: 'I have a card' }).click();
    }
    await field.fill(text);
    await row.getByRole('button', { name: 'Take my seat' }).click();
    return row;
  };
  await expect(found(lab, title)).toBeVisible();
  const row = await take(lab, `${card} again`);
  await expect(row.getByRole('alert')).toContainText('not the seven words');
  await lab.photographBoth('card-words');
  await take(lab, card.toUpperCase());
  await entered(lab, title);
  await reads(lab.page, 'mine', 'package adas\n');
  await expect(lab.page.getByRole('button', { name: /^Ada: who I am/ })).toBeVisible();
  await lab.page.getByRole('button', { name: 'Hand in' }).click();
  await expect(lab.page.getByRole('dialog')).toContainText('Loops');
  await expect(lab.page.getByRole('dialog')).toContainText('Receipt');
  await lab.page.keyboard.press('Escape');
  await expect(ada.page.getByRole('alert').filter({ hasText: 'taken over with its card' })).toBeVisible();
  await ada.photographBoth('seat-claimed');

  // It was not Ada: the teacher gives the seat back, and the card is worth nothing.
  await choose(teacher, 'Ada', /seat back/);
  await ada.page.getByRole('button', { name: 'Try again' }).click();
  await expect(ada.page.getByRole('alert').filter({ hasText: 'taken over' })).toHaveCount(0);
  await expect(lab.page.getByRole('alert').filter({ hasText: 'taken over' })).toBeVisible();
  const refused = await take(thief, card);
  await expect(refused.getByRole('alert')).toContainText('the card was taken back');
});

test('a teacher’s new computer: students follow the room there by the old one’s word', async ({ browser }) => {
  const title = `Move ${process.pid}`;
  const [teacher, next, ada] = [machine(browser, 'Teacher'), machine(browser, 'Next'), machine(browser, 'Ada')];
  await Promise.all([teacher.start(), next.start(), ada.start(['join'])]);
  await openRoom(teacher, title, false);
  await joinRoom(ada, title, '');
  await say(ada.page, 'hello');
  await next.page.getByRole('button', { name: 'Move a room to this computer' }).click();
  const computer = await next.page.getByTestId('this-computer').inputValue();

  await people(teacher);
  await teacher.page.getByRole('button', { name: 'A new computer' }).click();
  const dialog = teacher.page.getByRole('dialog');
  await dialog.getByLabel(/not in the room/).fill(computer);
  await dialog.getByRole('button', { name: 'This is the new computer' }).click();
  const text = await dialog.getByTestId('handover').inputValue();
  await teacher.photographBoth('hand-over');
  await teacher.page.keyboard.press('Escape');
  await ada.page.getByRole('button', { name: /who I am here/ }).click();
  await ada.page.getByRole('menuitem', { name: 'Leave the room' }).click();
  await ada.page.getByRole('button', { name: 'Leave', exact: true }).click();
  await teacher.page.getByRole('button', { name: 'End', exact: true }).click();
  await teacher.page.getByRole('button', { name: 'End the class' }).click();

  await next.page.getByLabel('The text that was made there').fill(text);
  await next.photographBoth('move-here');
  await next.page.getByRole('button', { name: 'Open the room here' }).click();
  await entered(next, title);

  const row = ada.page.getByRole('listitem').filter({ hasText: title }).filter({ has: ada.page.getByRole('img', { name: 'Not the room you know' }) });
  await row.getByRole('button').first().click();
  await ada.photographBoth('moved');
  await row.getByRole('button', { name: 'Check, and join' }).click();
  await entered(ada, title);
  await hears(ada.page, 'hello');
  await hears(next.page, 'hello');
});
