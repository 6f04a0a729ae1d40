/**
 * A class from beginning to end between a teacher and three students, each a process with a folder of its own: found,
 * joined, talked, written, run, handed in; then the teacher's machine is killed in the middle of it.
 */
import { expect, test } from '@playwright/test';
import { Machine } from './machine';
import { append, editor, entered, found, goTo, handIn, hears, joinRoom, openRoom, reads, receipts, say, textOf, tile, write } from './person';

test.describe.configure({ mode: 'serial' });

const title = `Lab ${process.pid}`;
const greeting = 'package main\n\nimport "fmt"\n\nfunc main() {\n\tfmt.Println("Hello, 世界 🙂")\n}\n';
const asking = 'package main\n\nimport (\n\t"bufio"\n\t"fmt"\n\t"os"\n)\n\nfunc main() {\n\tfmt.Println("Who is there?")\n\tin := bufio.NewScanner(os.Stdin)\n\tfor in.Scan() {\n\t\tfmt.Println("Hello, " + in.Text())\n\t}\n\tfmt.Fprintln(os.Stderr, "that was all")\n}\n';
const modern = `package main

import (
	"fmt"
	"maps"
	"slices"
)

type Point struct{ X, Y int }

func sorted[T ~int](set map[T]bool) []T { return slices.Sorted(maps.Keys(set)) }

func main() {
	fmt.Printf("%v %T", sorted(map[int]bool{3: true, 1: true, 2: true}), Point{})
	for i := range 2 {
		fmt.Printf(" %+v", Point{i, i + 1})
	}
	fmt.Println()
}
`;
const wrong = 'package main\n\nimport "fmt"\n\nfunc main() {\n\tfmt.Println(nothing)\n}\n';

let teacher: Machine;
let ada: Machine;
let ben: Machine;
let chen: Machine;
let roomCode = '';

test.beforeAll(async ({ browser }) => {
  teacher = new Machine(browser, 'Teacher');
  ada = new Machine(browser, 'Ada');
  ben = new Machine(browser, 'Ben');
  chen = new Machine(browser, 'Chen');
  await Promise.all([teacher.start(), ada.start(['join']), ben.start()]);
});

test.afterAll(async () => {
  const all = [teacher, ada, ben, chen];
  await Promise.all(all.map((machine) => machine.close()));
  expect(all.flatMap((machine) => machine.complaints)).toEqual([]);
});

test('a room is found by itself', async () => {
  await teacher.photographBoth('start');
  roomCode = await openRoom(teacher, title);
  expect(roomCode).toMatch(/^\d{3}-?\d{3}$/);
  await expect(found(ada, title)).toBeVisible();
  await expect(found(ben, title)).toBeVisible();
  await ada.photographBoth('found');
});

test('the words on both screens are the same, and they can be shown large', async () => {
  await teacher.page.getByRole('button', { name: 'Show large, for the projector' }).click();
  const large = teacher.page.getByRole('dialog', { name: 'How to join' });
  await expect(large).toContainText(roomCode);
  await found(ada, title).click();
  const row = ada.page.getByRole('listitem').filter({ hasText: title });
  const words = await row.locator('[dir=ltr] > span').allTextContents();
  expect(words).toHaveLength(4);
  expect(await large.locator('[dir=ltr] > span').allTextContents()).toEqual(words);
  await teacher.photographBoth('room-code');
  await teacher.page.keyboard.press('Escape');
  await found(ada, title).click();
});

test('a wrong code is refused with a plain sentence', async () => {
  const { page } = ada;
  await page.getByRole('region', { name: 'Join a class' }).getByLabel('Your name').fill('Ada');
  await found(ada, title).click();
  const row = page.getByRole('listitem').filter({ hasText: title });
  await row.getByRole('textbox', { name: 'Room code' }).fill(roomCode === '000-000' ? '111-111' : '000-000');
  await row.getByRole('button', { name: 'Join', exact: true }).click();
  await expect(row.getByRole('alert')).toContainText(/code/i);
  await ada.photograph('wrong-code');
  await row.getByRole('textbox', { name: 'Room code' }).fill(roomCode);
  await row.getByRole('button', { name: 'Join', exact: true }).click();
  await entered(ada, title);
});

test('a second student joins by the address alone', async () => {
  const { page } = ben;
  await teacher.page.getByRole('button', { name: 'Show large, for the projector' }).click();
  const address = (await teacher.page.getByRole('dialog', { name: 'How to join' }).locator('code').first().textContent()) ?? '';
  await teacher.page.keyboard.press('Escape');
  const port = /:(\d+)$/.exec(address)?.[1];
  await page.getByRole('region', { name: 'Join a class' }).getByLabel('Your name').fill('Ben');
  await page.getByLabel('Not listed?').fill(`127.0.0.1:${port}`);
  await page.getByLabel('Room code, if asked').fill(roomCode);
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await entered(ben, title);
  await expect(teacher.page.getByTestId('headcount')).toContainText('2 here');
});

test('what is said everyone reads', async () => {
  await say(teacher.page, 'Welcome! We begin with ```fmt.Println("hi")```');
  await hears(ada.page, 'Welcome! We begin with');
  await say(ada.page, 'Hello <b>everyone</b>');
  await hears(teacher.page, 'Hello <b>everyone</b>');
  await hears(ben.page, 'Hello <b>everyone</b>');
});

test('the board is followed live, caret and all', async () => {
  await goTo(teacher.page, 'Board');
  await write(teacher.page, 'board', greeting);
  for (const { page } of [ada, ben]) {
    await page.getByRole('tab', { name: /Teacher’s board/ }).click();
    await reads(page, 'board', greeting);
  }
  await append(teacher.page, 'board', '// to be continued');
  await reads(ada.page, 'board', `${greeting}// to be continued`);
  await expect(ada.page.locator('.cm-otherCaret')).toBeVisible();
  await ada.photographBoth('student-board');
  await teacher.photographBoth('board');
});

test('the board is copied into one’s own code and typed on, and the wall shows it', async () => {
  await ada.page.getByRole('button', { name: 'Copy to my code' }).click();
  await reads(ada.page, 'mine', `${greeting}// to be continued`);
  await write(ada.page, 'mine', greeting);
  await ben.page.getByRole('tab', { name: 'My code' }).click();
  await write(ben.page, 'mine', 'package main\n\nfunc main() {\n}\n');
  await append(ben.page, 'mine', '// Ben 🙋 写');
  await goTo(teacher.page, 'Wall');
  await expect(tile(teacher.page, 'Ada')).toContainText('Hello, 世界 🙂');
  await expect(tile(teacher.page, 'Ben')).toContainText('// Ben 🙋 写');
  await teacher.photographBoth('wall');
});

test('a program runs, prints, reads, and ends in a verdict', async () => {
  const { page } = ada;
  await page.getByRole('tab', { name: 'My code' }).click();
  await editor(page, 'mine').click();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByTestId('output')).toContainText('Hello, 世界 🙂');
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-reason', 'done');

  await write(page, 'mine', asking);
  await page.keyboard.press('Control+Enter');
  await expect(page.getByTestId('output')).toContainText('Who is there?');
  await page.getByLabel('Input for the program').fill('Ada');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('output')).toContainText('Hello, Ada');
  await ada.photographBoth('student-input');
  await page.getByRole('button', { name: 'End of input' }).click();
  await expect(page.getByTestId('output')).toContainText('that was all');
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-reason', 'done');
});

test('an error stands at its line, and goes when the line is mended', async () => {
  const { page } = ada;
  await write(page, 'mine', wrong);
  await page.getByRole('button', { name: 'Run' }).click();
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-reason', 'compile');
  await expect(page.locator('.cm-lintRange-error')).toBeVisible();
  await page.getByRole('button', { name: /Line 6/ }).click();
  await ada.photographBoth('student-error');
  await page.keyboard.press('End');
  await page.keyboard.type(' // mended');
  await expect(page.locator('.cm-lintRange-error')).toHaveCount(0);
});

test('what the quick engine does not know is run by Go’s own compiler, without a word', async () => {
  const { page } = ada;
  await write(page, 'mine', modern);
  await page.keyboard.press('Control+Enter');
  await expect(page.getByTestId('output')).toContainText('[1 2 3] main.Point {X:0 Y:1} {X:1 Y:2}', { timeout: 60_000 });
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-reason', 'done');
});

test('an endless program is stopped with one key', async () => {
  const { page } = ada;
  await write(page, 'mine', 'package main\n\nimport "fmt"\n\nfunc main() {\n\tfor i := 0; ; i++ {\n\t\tif i%10000000 == 0 {\n\t\t\tfmt.Println(i)\n\t\t}\n\t}\n}\n');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByTestId('output')).toContainText('0');
  await page.getByRole('log', { name: 'Output' }).focus();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-reason', 'stopped');
});

test('the teacher opens a student’s code live and runs it here', async () => {
  const { page } = teacher;
  await write(ada.page, 'mine', greeting);
  await tile(page, 'Ada').click();
  const id = await page.locator('[data-testid^=editor-]').getAttribute('data-testid');
  await reads(page, (id ?? '').replace('editor-', ''), greeting);
  await append(ada.page, 'mine', '// live');
  await reads(page, (id ?? '').replace('editor-', ''), `${greeting}// live`);
  await page.getByRole('button', { name: 'Run' }).click();
  await expect(page.getByTestId('output')).toContainText('Hello, 世界 🙂');
  await teacher.photographBoth('wall-student');
  await page.getByRole('button', { name: 'Back to the wall' }).click();
});

test('code sent to everyone overwrites nothing', async () => {
  await goTo(teacher.page, 'Board');
  await teacher.page.getByRole('button', { name: 'Send to everyone' }).click();
  const dialog = teacher.page.getByRole('dialog', { name: 'Send to everyone' });
  await dialog.getByLabel('Title').fill('Starter');
  await dialog.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(ada.page.getByText('Your teacher sent code')).toBeVisible();
  await ada.photographBoth('student-sent');
  expect(await textOf(ada.page, 'mine')).toBe(`${greeting}// live`);
  await ada.page.getByRole('button', { name: 'Look' }).click();
  await expect(ada.page.getByTestId('preview')).toContainText('to be continued');
  await ada.photographBoth('student-versions');
  await ada.page.getByRole('dialog', { name: 'Versions' }).getByRole('button', { name: 'Take' }).click();
  await reads(ada.page, 'mine', `${greeting}// to be continued`);
  await ada.page.getByRole('button', { name: 'Versions' }).click();
  // One is from copying the board; the list shows what it had until it has asked again.
  const replaced = ada.page.getByRole('button', { name: /Before it was replaced/ });
  await expect(replaced).toHaveCount(2);
  await replaced.first().click();
  await expect(ada.page.getByTestId('preview')).toContainText('// live');
  await ada.page.keyboard.press('Escape');
});

test('work is handed in, listed at once, opened and run, and receipted', async () => {
  await handIn(ada.page, 'Exercise 1');
  await goTo(teacher.page, 'Handed in');
  const row = teacher.page.getByRole('row', { name: /Ada.*Exercise 1/ });
  await expect(row).toBeVisible();
  await teacher.photographBoth('handed-in');
  await row.getByRole('button', { name: /^Open/ }).click();
  await teacher.page.getByRole('button', { name: 'Run' }).click();
  await expect(teacher.page.getByTestId('output')).toContainText('Hello, 世界 🙂');
  await teacher.page.getByRole('button', { name: 'Back to the table' }).click();
  const dialog = await receipts(ada.page);
  await expect(dialog).toContainText('Ms Lee has it.');
  await dialog.getByText('Receipt', { exact: true }).click();
  await expect(dialog.getByRole('button', { name: 'Copy the receipt' })).toBeVisible();
  await ada.photographBoth('student-receipt');
  await ada.page.keyboard.press('Escape');
});

test('the teacher’s machine is killed, and work goes on', async () => {
  await teacher.kill();
  await expect(ada.page.getByTestId('reconnecting')).toBeVisible();
  await write(ada.page, 'mine', `${greeting}// while the teacher was away`);
  await ada.page.keyboard.press('Control+Enter');
  await expect(ada.page.getByTestId('output')).toContainText('Hello, 世界 🙂');
  await say(ada.page, 'Where did she go?');
  await expect(ada.page.getByTestId('chat')).toContainText('Will be sent when the teacher is back');
  await handIn(ada.page, 'Exercise 2');
  const dialog = await receipts(ada.page);
  await expect(dialog.getByRole('listitem').filter({ hasText: 'Exercise 2' })).toContainText('Waiting');
  await ada.photographBoth('student-reconnecting');
  await ada.page.keyboard.press('Escape');
});

test('a student’s machine is killed too, and comes back with everything typed', async () => {
  await append(ben.page, 'mine', ' and more');
  await ben.kill();
  await ben.start();
  await entered(ben, title);
  await expect.poll(() => textOf(ben.page, 'mine')).toContain('// Ben 🙋 写 and more');
});

test('the teacher starts again: same room, everyone back by themselves, nothing lost', async () => {
  await teacher.start();
  await entered(teacher, title);
  await expect(teacher.page.getByTestId('room-code')).toHaveText(roomCode);
  await expect(teacher.page.getByTestId('headcount')).toContainText('2 here');
  await expect(ada.page.getByTestId('reconnecting')).toBeHidden();
  await expect(ben.page.getByTestId('reconnecting')).toBeHidden();

  for (const { page } of [teacher, ada, ben]) {
    await hears(page, 'Welcome! We begin with');
    await hears(page, 'Where did she go?');
  }
  await expect(ada.page.getByTestId('chat')).not.toContainText('Will be sent');

  await goTo(teacher.page, 'Handed in');
  await expect(teacher.page.getByRole('row', { name: /Ada.*Exercise 1/ })).toBeVisible();
  await expect(teacher.page.getByRole('row', { name: /Ada.*Exercise 2/ })).toBeVisible();
  const dialog = await receipts(ada.page);
  await expect(dialog.getByRole('listitem').filter({ hasText: 'Exercise 2' })).toContainText('Ms Lee has it.');
  await ada.page.keyboard.press('Escape');

  await goTo(teacher.page, 'Board');
  await reads(teacher.page, 'board', `${greeting}// to be continued`);
  await goTo(teacher.page, 'Wall');
  await expect(tile(teacher.page, 'Ada')).toContainText('// while the teacher was away');
  await expect(tile(teacher.page, 'Ben')).toContainText('and more');
});

test('the class goes on after it: the board still reaches everyone, and so does a word', async () => {
  await goTo(teacher.page, 'Board');
  await append(teacher.page, 'board', ' again');
  await ada.page.getByRole('tab', { name: /Teacher’s board/ }).click();
  await reads(ada.page, 'board', `${greeting}// to be continued again`);
  await say(ben.page, 'Still here');
  await hears(teacher.page, 'Still here');
  await hears(ada.page, 'Still here');
});

test('a late student hears everything that was said', async () => {
  await chen.start(['join']);
  await joinRoom(chen, title, roomCode);
  for (const words of ['Welcome! We begin with', 'Hello <b>everyone</b>', 'Where did she go?', 'Still here']) await hears(chen.page, words);
  await chen.page.getByRole('tab', { name: /Teacher’s board/ }).click();
  await reads(chen.page, 'board', `${greeting}// to be continued again`);
  await expect(teacher.page.getByTestId('headcount')).toContainText('3 here');
  await chen.photographBoth('late-student');
});

test('a page that is loaded again shows the truth', async () => {
  await teacher.page.reload();
  await entered(teacher, title);
  await expect(teacher.page.getByTestId('headcount')).toContainText('3 here');
  await hears(teacher.page, 'Still here');
});

test('someone removed is told so, and can be let back in', async () => {
  await teacher.page.getByRole('tab', { name: /People/ }).click();
  await teacher.page.getByRole('button', { name: 'What to do about Chen' }).click();
  await teacher.page.getByRole('menuitem', { name: 'Remove Chen' }).click();
  await expect(chen.page.getByRole('alert')).toBeVisible();
  await chen.photographBoth('removed');
  await teacher.page.getByRole('button', { name: 'Undo' }).click();
  await chen.page.getByRole('button', { name: 'Try again' }).click();
  await expect(chen.page.getByRole('alert')).toBeHidden();
  await expect(teacher.page.getByTestId('headcount')).toContainText('3 here');
});

test('the teacher ends the class; it leaves the lists and can be opened again', async () => {
  await ben.page.getByRole('button', { name: /who I am here/ }).click();
  await ben.page.getByRole('menuitem', { name: 'Leave the room' }).click();
  await ben.page.getByRole('button', { name: 'Leave', exact: true }).click();
  await expect(found(ben, title)).toContainText('Rejoin');
  await teacher.page.getByRole('button', { name: 'End', exact: true }).click();
  await teacher.page.getByRole('button', { name: 'End the class' }).click();
  await expect(found(ben, title)).toContainText('Not seen now');
  await teacher.page.getByRole('button', { name: new RegExp(`${title}.*Open again`) }).click();
  await entered(teacher, title);
  await expect(found(ben, title)).not.toContainText('Not seen now');
  await expect(found(ben, title)).toContainText('Rejoin');
  await found(ben, title).click();
  await entered(ben, title);
  await hears(ben.page, 'Still here');
});
