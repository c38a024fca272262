import { expect, test } from 'vitest';
import { SentScopes } from './sent-scopes.ts';
import { NO_SCOPE } from './work-scope.ts';

test('the scope of a piece is that of every byte of it, for the last 64 pieces', () => {
  const sent = new SentScopes();
  for (let piece = 0; piece < 100; piece++) sent.add(piece * 10, 10).offset = piece;
  expect(sent.at(999).offset).toBe(99);
  expect(sent.at(990).offset).toBe(99);
  expect(sent.at(989).offset).toBe(98);
  expect(sent.at(360).offset).toBe(36);
  expect(sent.at(359)).toBe(NO_SCOPE);
  expect(sent.at(1000)).toBe(NO_SCOPE);
});
