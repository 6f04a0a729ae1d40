import { expect, it } from 'vitest';
import { asFailure } from './failure';

it('reads what the services expected', () => {
  const failure = { code: 'wrong-code', message: 'That is not this room’s code.', hint: 'Ask.', details: 'cpace' };
  expect(asFailure(new Error(JSON.stringify(failure)))).toEqual(failure);
});

it.each([new Error('socket closed'), 'socket closed', new Error('{"other":1}'), new Error('null'), new Error('{"message":7}')])('makes a surprise the details of a general sentence: %s', (reason) => {
  const failure = asFailure(reason);
  expect(failure.code).toBe('unexpected');
  expect(failure.message).not.toBe('');
  expect(failure.details).toBe(reason instanceof Error ? reason.message : reason);
});

it('does not trust the parts to be words', () => {
  expect(asFailure(new Error('{"message":"m","hint":{"a":1},"code":3}'))).toEqual({ code: '', message: 'm', hint: '', details: '' });
});
