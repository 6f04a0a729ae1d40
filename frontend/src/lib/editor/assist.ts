/** Help with what is written: for the one who writes all of it, for the one who reads what names mean. */
import type { Extension } from '@codemirror/state';
import { completing } from './completing';
import { definingByClick } from './defining';
import { hovering } from './hovering';
import { renaming } from './renaming';
import { signatures } from './signature';

export function helpWriting(failed: (reason: unknown) => void): Extension {
  return [completing(), signatures(), hovering(), renaming(failed), definingByClick(failed)];
}

export function helpReading(): Extension {
  return hovering();
}
