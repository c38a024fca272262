import { Link } from '@tanstack/react-router';
import { useText } from '../../data/text.ts';
import css from '../tabs.module.css';

/** The views of one service. */
export function ServiceTabs({ name }: { readonly name: string }) {
  const { nav, tabs } = useText();
  const params = { name };
  return (
    <nav className={css.tabs} aria-label={tabs.label}>
      <Link to="/services/$name" params={params} activeOptions={{ exact: true, includeSearch: false }}>
        {tabs.overview}
      </Link>
      <Link to="/services/$name/endpoints" params={params} activeOptions={{ includeSearch: false }}>
        {tabs.endpoints}
      </Link>
      <Link to="/services/$name/pods" params={params} activeOptions={{ includeSearch: false }}>
        {tabs.pods}
      </Link>
      <Link to="/services/$name/errors" params={params} activeOptions={{ includeSearch: false }}>
        {tabs.errors}
      </Link>
      <Link to="/services/$name/slow" params={params} activeOptions={{ includeSearch: false }}>
        {tabs.slow}
      </Link>
      <Link to="/services/$name/network" params={params} activeOptions={{ includeSearch: false }}>
        {tabs.network}
      </Link>
      <Link to="/services/$name/dashboard" params={params} activeOptions={{ includeSearch: false }}>
        {tabs.dashboard}
      </Link>
      <Link to="/traces" search={{ service: name }} activeOptions={{ includeSearch: false }}>
        {nav.traces}
      </Link>
      <Link to="/alerts" search={{ service: name }} activeOptions={{ includeSearch: false }}>
        {tabs.alerts}
      </Link>
    </nav>
  );
}
