/** What a program printed, held within bounds: a program may print for ever, a page may not keep it for ever. */

export type Stream = 'stdout' | 'stderr' | 'stdin';

export interface Block {
  key: number;
  stream: Stream;
  text: string;
}

export interface Output {
  readonly blocks: readonly Block[];
  readonly characters: number;
  readonly lines: number;
  /** The beginning was let go. */
  readonly cut: boolean;
  readonly nextKey: number;
}

export const maxCharacters = 256 << 10;
export const maxLines = 5000;
const blockSize = 4096;

export const nothingPrinted: Output = { blocks: [], characters: 0, lines: 0, cut: false, nextKey: 1 };

/** The output with this appended. Blocks that are full never change again, so that they need not be drawn again. */
export function append(output: Output, stream: Stream, data: string): Output {
  if (!data) return output;
  const blocks = [...output.blocks];
  let { nextKey } = output;
  let rest = data.length > maxCharacters ? data.slice(-maxCharacters) : data;
  let cut = output.cut || rest.length < data.length;
  const last = blocks[blocks.length - 1];
  if (last && last.stream === stream && last.text.length < blockSize) {
    const [head, tail] = split(rest, blockSize - last.text.length);
    blocks[blocks.length - 1] = { ...last, text: last.text + head };
    rest = tail;
  }
  while (rest) {
    const [head, tail] = split(rest, blockSize);
    blocks.push({ key: nextKey++, stream, text: head });
    rest = tail;
  }
  let characters = 0;
  let lines = 0;
  for (const block of blocks) {
    characters += block.text.length;
    lines += newlines(block.text);
  }
  while (blocks.length > 1 && (characters > maxCharacters || lines > maxLines)) {
    const gone = blocks.shift() as Block;
    characters -= gone.text.length;
    lines -= newlines(gone.text);
    cut = true;
  }
  return { blocks, characters, lines, cut, nextKey };
}

/** Never between the two halves of one character. */
function split(text: string, at: number): [string, string] {
  if (text.length <= at) return [text, ''];
  const unit = text.charCodeAt(at - 1);
  const end = unit >= 0xd800 && unit <= 0xdbff ? at + 1 : at;
  return [text.slice(0, end), text.slice(end)];
}

function newlines(text: string): number {
  let n = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) n++;
  return n;
}
