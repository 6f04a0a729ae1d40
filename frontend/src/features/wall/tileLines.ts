/** The lines of a text that a tile shows: around the line that was worked on last, or the end of what was written. */
export function tileLines(text: string, line: number | null, room: number): [number, number] {
  const total = count(text) + 1;
  if (total <= room) return [0, total];
  const at = line ?? count(text.trimEnd());
  const from = Math.max(0, Math.min(at - Math.floor(room * 0.6), total - room));
  return [from, from + room];
}

function count(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}
