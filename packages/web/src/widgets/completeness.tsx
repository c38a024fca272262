import { Tooltip } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { percent } from '../base/format.ts';
import { completenessLevel } from '../base/health.ts';
import { useText } from '../data/text.ts';
import css from './completeness.module.css';

/** What share of what the agents saw the numbers of this page rest on; leads to the agents page. */
export function Completeness({ value }: { readonly value: number | null }) {
  const text = useText();
  const level = completenessLevel(value);
  const share = percent(value);
  const help =
    value === null ? text.completeness.unknown : value >= 1 ? text.completeness.full : text.completeness.part(share);
  return (
    <Tooltip label={help}>
      <Link
        to="/agents"
        className={css.badge}
        data-level={level}
        aria-label={`${text.completeness.label} ${share}. ${help}`}
      >
        <i />
        <span>{text.completeness.label}</span>
        <b>{share}</b>
      </Link>
    </Tooltip>
  );
}
