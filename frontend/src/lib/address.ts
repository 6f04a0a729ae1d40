const codeShape = /^\d{3}[\s-]?\d{3}$/;

/** Whether a text is a room code by its form. What else leads to a room, only the app can read. */
export function isRoomCode(text: string): boolean {
  return codeShape.test(text.trim());
}
