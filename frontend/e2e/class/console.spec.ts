/** The console below a program, on a real app: values, state, the program's own functions, what goes wrong, stopping. */
import { expect, test, type Page } from '@playwright/test';
import { Machine } from './machine';
import { goTo, openRoom, write } from './person';

test.describe.configure({ mode: 'serial' });

const program = 'package main\n\nimport "fmt"\n\ntype Point struct{ X, Y int }\n\nfunc double(n int) int { return 2 * n }\n\nfunc main() {\n\tfmt.Println(double(21))\n}\n';

let teacher: Machine;

test.beforeAll(async ({ browser }) => {
  teacher = new Machine(browser, 'Console');
  await teacher.start();
  await openRoom(teacher, `Console ${process.pid}`);
  await goTo(teacher.page, 'Board');
  await write(teacher.page, 'board', program);
});

test.afterAll(async () => {
  await teacher.close();
  expect(teacher.complaints).toEqual([]);
});

/** Types a line, and waits until the line before last that is on screen has been answered. */
async function type(page: Page, line: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Type Go' }).click();
  await page.keyboard.insertText(line);
  await page.keyboard.press('Enter');
  await expect(last(page)).toContainText(line);
  await expect(last(page)).toHaveAttribute('data-outcome', /.+/);
}

const last = (page: Page) => page.getByTestId('console-entry').last();
const values = (page: Page) => last(page).getByTestId('console-value');

test('lines are answered, with the definitions of the program', async () => {
  const { page } = teacher;
  await page.getByRole('tab', { name: 'Console' }).click();
  await expect(page.getByText('Uses the program as of')).toBeVisible();
  await teacher.photographBoth('console-empty');
  await type(page, 'x := []int{3, 1, 2}');
  await type(page, 'sort.Ints(x)');
  await type(page, 'x');
  await expect(values(page)).toHaveText('[]int{1, 2, 3} []int');
  await type(page, 'double(21)');
  await expect(values(page)).toHaveText('42 int');
  await type(page, 'Point{3, 4}');
  await expect(values(page)).toHaveText('Point{X: 3, Y: 4} Point');
  await type(page, 'strconv.Atoi("twelve")');
  await expect(values(page)).toHaveCount(2);
});

test('errors are marked where they are, and a panic is no end', async () => {
  const { page } = teacher;
  await type(page, 'y := x + undefinedName');
  await expect(last(page).getByTestId('console-problem')).toContainText('undefined: undefinedName');
  await type(page, 'fmt.Println("before"); x[1] = 9; fmt.Println(x[len(x)])');
  await expect(last(page)).toContainText('panic: runtime error: index out of range [3] with length 3');
  await expect(last(page)).toContainText('Everything is as it was before it.');
  await type(page, 'x');
  await expect(values(page)).toHaveText('[]int{1, 2, 3} []int');
  await page.setViewportSize({ width: 1360, height: 1500 });
  await teacher.photographBoth('console');
  await page.setViewportSize({ width: 1360, height: 820 });
});

test('a block goes on until it is complete, and the history brings it back', async () => {
  const { page } = teacher;
  await page.getByRole('textbox', { name: 'Type Go' }).click();
  await page.keyboard.insertText('for i := range 2 {');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('console-prompt').locator('.cm-line')).toHaveCount(2);
  await page.keyboard.insertText('fmt.Println("turn", i)\n}');
  await page.keyboard.press('Enter');
  await expect(last(page)).toContainText('turn 1');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await expect(page.getByTestId('console-prompt')).toContainText('x');
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
});

test('an endless loop is stopped with Escape', async () => {
  const { page } = teacher;
  await page.getByRole('textbox', { name: 'Type Go' }).click();
  await page.keyboard.insertText('for { x[0]++ }');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Working…')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(last(page)).toHaveAttribute('data-outcome', 'stopped');
  await type(page, 'x[0]');
  await expect(values(page)).toHaveText('1 int');
});

test('changes of the program are taken up', async () => {
  const { page } = teacher;
  await write(page, 'board', program.replace('2 * n', '3 * n'));
  await type(page, 'double(x[2])');
  await expect(values(page)).toHaveText('9 int');
  await write(page, 'board', program.replace('2 * n', '4 * '));
  await type(page, 'double(2)');
  await expect(values(page)).toHaveText('6 int');
  await expect(page.getByTestId('console-definitions')).toContainText('The program has an error');
  await page.keyboard.press('Control+l');
  await expect(page.getByTestId('console-entry')).toHaveCount(0);
});
