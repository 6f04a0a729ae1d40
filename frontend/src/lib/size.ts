/** Amounts of memory as people say them, in the language of the page. */
import { i18n } from '@lingui/core';

export function bytes(n: number): string {
  const megabytes = n / (1 << 20);
  const number = new Intl.NumberFormat(i18n.locale, { style: 'unit', unit: 'megabyte', unitDisplay: 'short', maximumFractionDigits: megabytes < 10 ? 1 : 0 });
  return number.format(megabytes);
}
