/** The lines of a text that a tile shows: around the caret, or the end of what was written. */
export function tileLines(text: string, caret: number | null, room: number): [number, number] {
  const total = count(text, text.length) + 1;
  if (total <= room) return [0, total];
  const at = caret === null ? lastWritten(text) : count(text, Math.min(caret, text.length));
  const from = Math.min(Math.max(0, at - Math.floor(room * 0.6)), total - room);
  return [from, from + room];
}

function count(text: string, end: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

function lastWritten(text: string): number {
  return count(text, text.trimEnd().length);
}
