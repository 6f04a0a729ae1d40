import { act, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { useRoom } from '@/lib/stores/room';
import type { View } from '@/lib/types';
import { draw } from '@/test/render';
import { ConnectionBar } from './ConnectionBar';

function view(change: Partial<View>): View {
  return { phase: 'here', role: 'student', members: [], addresses: [], offline: false, ...change } as unknown as View;
}

afterEach(() => act(() => useRoom.setState({ view: null, lost: false })));

describe('the bar about the connection', () => {
  it('is not there while all is well', () => {
    useRoom.setState({ view: view({}) });
    draw(<ConnectionBar />);
    expect(screen.queryByRole('status')).toBeNull();
  });

  it('lets a student go on working while the teacher is away, and goes by itself', () => {
    useRoom.setState({ view: view({ phase: 'reconnecting' }) });
    draw(<ConnectionBar />);
    expect(screen.getByRole('status').textContent).toContain('you can go on working');
    act(() => useRoom.setState({ view: view({ phase: 'here' }) }));
    expect(screen.queryByRole('status')).toBeNull();
  });

  it('tells a teacher who is on no network that nobody can find the room', () => {
    useRoom.setState({ view: view({ phase: 'hosting', role: 'teacher', offline: true }) });
    draw(<ConnectionBar />);
    expect(screen.getByRole('status').textContent).toContain('no network');
    act(() => useRoom.setState({ view: view({ phase: 'hosting', role: 'teacher', offline: false }) }));
    expect(screen.queryByRole('status')).toBeNull();
  });

  it('says that the program itself does not answer before anything else', () => {
    useRoom.setState({ view: view({ phase: 'reconnecting' }), lost: true });
    draw(<ConnectionBar />);
    expect(screen.getByRole('status').textContent).toContain('does not answer');
  });
});
