import { t } from '@lingui/core/macro';
import type { Failure } from './types';

/**
 * What went wrong, fit to be shown. A rejected call carries one JSON object in its message when the services expected
 * the failure; anything else is a surprise and becomes the details of a general sentence.
 */
export function asFailure(reason: unknown): Failure {
  const text = reason instanceof Error ? reason.message : typeof reason === 'string' ? reason : String(reason);
  try {
    const parsed: unknown = JSON.parse(text);
    if (parsed && typeof parsed === 'object' && 'message' in parsed && typeof parsed.message === 'string' && parsed.message) {
      const { code, message, hint, details } = parsed as Partial<Failure>;
      return { code: word(code), message: word(message), hint: word(hint), details: word(details) };
    }
  } catch {
    // Not JSON: a surprise, handled below.
  }
  return { code: 'unexpected', message: t`Something went wrong.`, hint: t`Try again. If it goes on, start the app again: nothing you wrote is lost.`, details: text };
}

function word(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
