import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

/**
 * A choice within a page that a copied link must keep: the order of a table, what it is split by. Kept in the URL under
 * a key of the page; the standard choice is not.
 */
export function useViewState(key: string, standard: string): [string, (value: string) => void] {
  const { view } = useSearch({ from: '__root__' });
  const navigate = useNavigate();
  const set = useCallback(
    (value: string) =>
      navigate({
        to: '.',
        search: (previous: { readonly view?: Record<string, string> | undefined }) => {
          const { [key]: _, ...others } = previous.view ?? {};
          const next = value === standard ? others : { ...others, [key]: value };
          return { ...previous, view: Object.keys(next).length > 0 ? next : undefined };
        },
        replace: true,
      }),
    [navigate, key, standard],
  );
  return [view?.[key] ?? standard, set];
}
