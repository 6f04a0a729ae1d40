import { t } from '@lingui/core/macro';
import type { RunExit } from '@/lib/types';
import { duration } from '@/lib/when';

export interface Verdict {
  good: boolean;
  sentence: string;
}

/** How a run ended, in one sentence. The runner's own sentence goes where the catalogue has none. */
export function verdict(exit: RunExit): Verdict {
  const { code } = exit;
  const time = duration(exit.wallMs);
  switch (exit.reason) {
    case 'done':
      return { good: true, sentence: t`Finished in ${time}.` };
    case 'failed':
      return { good: false, sentence: t`The program ended with exit code ${code} after ${time}.` };
    case 'panic':
      return { good: false, sentence: t`The program panicked after ${time}. Where it happened stands above.` };
    case 'compile':
      return { good: false, sentence: t`It did not compile: see the marked lines.` };
    case 'stopped':
      return { good: false, sentence: t`Stopped after ${time}.` };
    case 'time':
      return { good: false, sentence: t`Stopped: it ran longer than a program may here (${time}).` };
    case 'cpu':
      return { good: false, sentence: t`Stopped: it used more computing time than a program may here.` };
    case 'memory':
      return { good: false, sentence: t`Stopped: it needed more memory than a program may have here.` };
    case 'output':
      return { good: false, sentence: t`Stopped: it printed more than a program may here.` };
    case 'crashed':
      return { good: false, sentence: exit.message || t`The program crashed.` };
    case 'unavailable':
      return { good: false, sentence: exit.message || t`Programs cannot be run on this machine.` };
    default:
      return { good: false, sentence: exit.message || t`The program ended.` };
  }
}
