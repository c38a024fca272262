import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

/**
 * A choice within a page that a copied link must keep: the order of a table, what it is split by. Kept in the URL under
 * a key of the page; the standard choice is not.
 */
export function useChoice(key: string, standard: string): [string, (value: string) => void] {
  const { choices } = useSearch({ from: '__root__' });
  const navigate = useNavigate();
  const set = useCallback(
    (value: string) =>
      navigate({
        to: '.',
        search: (previous: { readonly choices?: Record<string, string> | undefined }) => {
          const { [key]: _, ...others } = previous.choices ?? {};
          const next = value === standard ? others : { ...others, [key]: value };
          return { ...previous, choices: Object.keys(next).length > 0 ? next : undefined };
        },
        replace: true,
      }),
    [navigate, key, standard],
  );
  return [choices?.[key] ?? standard, set];
}
