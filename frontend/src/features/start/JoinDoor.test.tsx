import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';
import { useRoom } from '@/lib/stores/room';
import type { Found, StartView, Target } from '@/lib/types';
import { draw, failing, serve } from '@/test/render';
import { JoinDoor } from './JoinDoor';

const found = (id: string, more: Partial<Found> = {}): Found => ({ id, host: `h-${id}`, title: `Room ${id}`, course: 'Go', teacher: 'Ms Lee', locked: true, members: 1, addresses: [], known: false, name: '', mine: false, conflict: false, moved: false, fingerprint: 'amber kite lemon river', ...more });
const start: StartView = { mode: 'start', argument: '', code: '', name: '', fingerprint: '', key: '', mine: [], known: [], protection: '', layers: [] };

/** What the app says of a text, as far as these tests type any. */
function read(text: unknown): Target {
  const typo = { code: 'bad-address', message: 'There is a slip in the code.', hint: 'Compare it.', details: '' };
  if (text === '008M-Y1SK-M66M') return { kind: 'typo', problem: typo };
  if (String(text).startsWith('thirdspace://')) return { kind: 'full', problem: undefined };
  return { kind: /^10\.|^008M-Y1SK-M66N$/.test(String(text)) ? 'address' : '', problem: undefined };
}

const report = { side: 'student', millis: 3, way: '', checks: [{ id: 'networks', looked: 'Networks of this machine', result: 'bad', found: 'None.' }], cause: { code: 'no-network', what: 'This machine is on no network.', means: 'No cable.', do: 'Plug it in.', commands: [{ system: 'Linux', text: 'ip link' }] } };

function open(rooms: Found[], more: Partial<StartView> = {}, join: () => unknown = () => ({ phase: 'here' })) {
  const { room } = serve({ room: { Search: () => rooms, Networks: () => ['Wi-Fi 10.0.0.7/24'], Join: join, Leave: () => undefined, Read: read }, doctor: { Examine: () => report } });
  useRoom.setState({ ...useRoom.getInitialState(), found: rooms });
  draw(<JoinDoor start={{ ...start, ...more }} view={null} focus={false} />);
  return room;
}

beforeEach(() => useRoom.setState(useRoom.getInitialState()));

describe('joining', () => {
  it('shows the words to compare and asks for the code of a new room', async () => {
    const user = userEvent.setup();
    const room = open([found('a')], { name: 'Ada' });
    await user.click(screen.getByRole('button', { name: /Room a/ }));
    for (const word of ['amber', 'kite', 'lemon', 'river']) expect(screen.getByText(word)).toBeTruthy();
    await user.type(screen.getByRole('textbox', { name: 'Room code' }), '482-177{Enter}');
    expect(room.Join).toHaveBeenCalledWith({ id: 'a', host: 'h-a', address: '', name: 'Ada', code: '482-177', card: '' });
  });

  it('goes back into a known room with one click, under the name one had there', async () => {
    const user = userEvent.setup();
    const room = open([found('a', { known: true, name: 'Ada' })], { known: [{ id: 'a', host: 'h-a', title: 'Room a', course: 'Go', teacher: 'Ms Lee', name: 'Ada', lastSeen: 1 }] });
    await user.click(screen.getByRole('button', { name: /Room a.*Rejoin/ }));
    expect(room.Join).toHaveBeenCalledWith({ id: 'a', host: 'h-a', address: '', name: 'Ada', code: '', card: '' });
  });

  it('asks for a name before anything is sent', async () => {
    const user = userEvent.setup();
    const room = open([found('a', { locked: false })]);
    await user.click(screen.getByRole('button', { name: /Room a/ }));
    await user.click(within(screen.getByRole('listitem')).getByRole('button', { name: 'Join' }));
    expect(room.Join).not.toHaveBeenCalled();
    expect(document.activeElement).toBe(screen.getByRole('textbox', { name: /Your name/ }));
  });

  it('says why it did not work, beside the room, and lets one try again', async () => {
    const user = userEvent.setup();
    const room = open([found('a')], { name: 'Ada' }, () => {
      throw failing('wrong-code', 'That is not this room’s code.', 'Look again.');
    });
    await user.click(screen.getByRole('button', { name: /Room a/ }));
    await user.type(screen.getByRole('textbox', { name: 'Room code' }), '1{Enter}');
    expect((await screen.findByRole('alert')).textContent).toContain('not this room’s code');
    await user.type(screen.getByRole('textbox', { name: 'Room code' }), '2{Enter}');
    expect(room.Join).toHaveBeenCalledTimes(2);
  });

  it('refuses a room that bears a known name and is another', async () => {
    const user = userEvent.setup();
    const room = open([found('a', { conflict: true, locked: false })], { name: 'Ada' });
    await user.click(screen.getByRole('button', { name: /Room a/ }));
    expect(screen.getByRole('alert').textContent).toContain('not the “Room a” you were in before');
    expect(within(screen.getByRole('listitem')).queryByRole('button', { name: 'Join' })).toBeNull();
    expect(room.Join).not.toHaveBeenCalled();
  });

  it('takes a code alone for the one locked room, an address for what was not found', async () => {
    const user = userEvent.setup();
    const room = open([found('a'), found('b', { locked: false })], { name: 'Ada' });
    const field = screen.getByRole('textbox', { name: /Not listed/ });
    await user.type(field, '482177{Enter}');
    expect(room.Join).toHaveBeenLastCalledWith(expect.objectContaining({ id: 'a', code: '482177' }));
    await user.clear(field);
    await user.type(field, '10.0.0.5:4001');
    await user.type(await screen.findByRole('textbox', { name: /if asked/ }), '111-222{Enter}');
    expect(room.Join).toHaveBeenLastCalledWith({ id: '', host: '', address: '10.0.0.5:4001', name: 'Ada', code: '111-222', card: '' });
    await user.clear(field);
    await user.type(field, 'what?{Enter}');
    expect((await screen.findByRole('alert')).textContent).toContain('neither a room code');
    expect(room.Join).toHaveBeenCalledTimes(2);
  });

  it('takes the code and the link of the teacher’s screen, and sends nothing where there is a slip in it', async () => {
    const user = userEvent.setup();
    const room = open([], { name: 'Ada' });
    const field = screen.getByRole('textbox', { name: /Not listed/ });
    await user.type(field, '008M-Y1SK-M66M{Enter}');
    expect((await screen.findByRole('alert')).textContent).toContain('a slip in the code');
    expect(room.Join).not.toHaveBeenCalled();
    await user.clear(field);
    await user.type(field, '008M-Y1SK-M66N{Enter}');
    await waitFor(() => expect(room.Join).toHaveBeenLastCalledWith({ id: '', host: '', address: '008M-Y1SK-M66N', name: 'Ada', code: '', card: '' }));
    await user.clear(field);
    await user.type(field, 'thirdspace://10.0.0.5/x?code=482-177{Enter}');
    await waitFor(() => expect(room.Join).toHaveBeenLastCalledWith({ id: '', host: '', address: 'thirdspace://10.0.0.5/x?code=482-177', name: 'Ada', code: '', card: '' }));
    expect(screen.queryByRole('textbox', { name: /if asked/ })).toBeNull();
  });

  it('finds out why an address is not reached', async () => {
    const user = userEvent.setup();
    open([], { name: 'Ada' }, () => {
      throw failing('unreachable', 'No room answered there.', 'Check it.');
    });
    await user.type(screen.getByRole('textbox', { name: /Not listed/ }), '10.0.0.5{Enter}');
    await user.click(await screen.findByRole('button', { name: 'Find out why' }));
    const dialog = await screen.findByRole('dialog');
    expect(await within(dialog).findByText('This machine is on no network.')).toBeTruthy();
    expect(window.go?.doctor?.Service?.Examine).toHaveBeenCalledWith({ side: 'student', target: '10.0.0.5' });
    expect(within(dialog).getByText('ip link')).toBeTruthy();
    expect(within(dialog).getByRole('img', { name: 'Not good' })).toBeTruthy();
  });

  it('takes the address at which the doctor found a room', async () => {
    const user = userEvent.setup();
    const room = open([], { name: 'Ada' }, () => {
      throw failing('unreachable', 'No room answered there.', 'Check it.');
    });
    const unheard = { ...report, way: '10.0.0.5:47113', cause: { ...report.cause, code: 'unheard' } };
    serve({ room: { Search: () => [], Networks: () => [], Join: room.Join, Leave: () => undefined, Read: read }, doctor: { Examine: () => unheard } });
    await user.type(screen.getByRole('textbox', { name: /Not listed/ }), '10.0.0.9{Enter}');
    await user.click(await screen.findByRole('button', { name: 'Find out why' }));
    await user.click(await screen.findByRole('button', { name: 'Use this address' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect((screen.getByRole('textbox', { name: /Not listed/ }) as HTMLInputElement).value).toBe('10.0.0.5:47113');
  });

  it('goes back with one click into a known room that is not seen', async () => {
    const user = userEvent.setup();
    const room = open([], { known: [{ id: 'a', host: 'h-a', title: 'Room a', course: 'Go', teacher: 'Ms Lee', name: 'Ada', lastSeen: 1 }] });
    await user.click(screen.getByRole('button', { name: /Room a.*Not seen now.*Rejoin/ }));
    expect(room.Join).toHaveBeenCalledWith({ id: 'a', host: 'h-a', address: '', name: 'Ada', code: '', card: '' });
  });

  it('says what is looked for while nothing is found', async () => {
    open([]);
    expect((await screen.findByRole('status')).textContent).toContain('Looking for open rooms');
  });

  it('asks to be let in where there is no code', async () => {
    const user = userEvent.setup();
    const room = open([found('a')], { name: 'Ada' });
    await user.click(screen.getByRole('button', { name: /Room a/ }));
    await user.click(screen.getByRole('button', { name: /ask to be let in/ }));
    expect(room.Join).toHaveBeenCalledWith({ id: 'a', host: 'h-a', address: '', name: 'Ada', code: '', card: '' });
  });

  it('takes a seat with a card, and asks for no name', async () => {
    const user = userEvent.setup();
    const room = open([found('a')]);
    await user.click(screen.getByRole('button', { name: /Room a/ }));
    await user.click(screen.getByRole('button', { name: 'I have a card' }));
    await user.type(screen.getByRole('textbox', { name: /seven words/ }), 'one two three four five six seven{Enter}');
    expect(room.Join).toHaveBeenCalledWith({ id: 'a', host: 'h-a', address: '', name: '', code: '', card: 'one two three four five six seven' });
  });

  it('keeps the words of a card that did not work', async () => {
    const user = userEvent.setup();
    open([found('a')], {}, () => {
      throw failing('bad-card', 'These are not the words.');
    });
    await user.click(screen.getByRole('button', { name: /Room a/ }));
    await user.click(screen.getByRole('button', { name: 'I have a card' }));
    await user.type(screen.getByRole('textbox', { name: /seven words/ }), 'one two{Enter}');
    expect((await screen.findByRole('alert')).textContent).toContain('not the words');
    expect((screen.getByRole('textbox', { name: /seven words/ }) as HTMLInputElement).value).toBe('one two');
  });

  it('lets one check a known room that comes from another computer', async () => {
    const user = userEvent.setup();
    const room = open([found('a', { conflict: true, moved: true })], { name: '', known: [{ id: 'a', host: 'h-old', title: 'Room a', course: 'Go', teacher: 'Ms Lee', name: 'Ada', lastSeen: 1 }] }, () => {
      throw failing('conflict', 'It is not the room you know.', 'Ask the teacher.');
    });
    await user.click(screen.getByRole('button', { name: /Room a.*Not the room/ }));
    await user.click(screen.getByRole('button', { name: 'Check, and join' }));
    expect(room.Join).toHaveBeenCalledWith({ id: 'a', host: 'h-a', address: '', name: 'Ada', code: '', card: '' });
    expect((await screen.findByRole('alert')).textContent).toContain('not the room you know');
  });

  it('says nothing when one has stopped joining', async () => {
    const user = userEvent.setup();
    open([found('a', { locked: false })], { name: 'Ada' }, () => {
      throw failing('cancelled', 'You have stopped joining.');
    });
    await user.click(screen.getByRole('button', { name: /Room a/ }));
    await user.click(within(screen.getByRole('listitem')).getByRole('button', { name: 'Join' }));
    expect(screen.queryByRole('alert')).toBeNull();
  });
});
