/** What someone typed under "Not listed?": a room code, an address, or neither. */
export type Typed = { kind: 'code'; code: string } | { kind: 'address'; address: string } | { kind: 'words' };

const codeShape = /^\d{3,6}[\s-]?\d{2,6}$/;
const addressShape = /^(thirdspace:\/\/\S+|\[[0-9a-f:.]+(%[\w.-]+)?\]:\d{1,5}|[\w.-]+:\d{1,5})$/i;

export function typed(text: string): Typed {
  const trimmed = text.trim();
  if (addressShape.test(trimmed)) return { kind: 'address', address: trimmed };
  if (codeShape.test(trimmed)) return { kind: 'code', code: trimmed };
  return { kind: 'words' };
}
