import { MantineProvider } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Link, Outlet } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useLanguage, useTheme } from '../data/settings.ts';
import { useText } from '../data/text.ts';
import { navigation } from '../pages/index.ts';
import { Icon } from '../widgets/icon.tsx';
import { PaletteButton } from './palette-button.tsx';
import { LanguageMenu, ThemeMenu } from './preferences.tsx';
import css from './shell.module.css';
import { theme } from './theme.ts';

/** What surrounds every page: navigation and the look chosen in the URL. */
export function Shell() {
  const text = useText();
  const language = useLanguage();
  const chosen = useTheme();
  const prefersDark = useMediaQuery('(prefers-color-scheme: dark)', undefined, { getInitialValueInEffect: false });
  const scheme = chosen === 'auto' ? (prefersDark ? 'dark' : 'light') : chosen;
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  return (
    <MantineProvider theme={theme} forceColorScheme={scheme}>
      <a className={css.skip} href="#content">
        {text.nav.skip}
      </a>
      <div className={css.shell}>
        <nav className={css.nav} aria-label={text.nav.main}>
          <Link to="/" className={css.brand} aria-label="Sonde">
            <Icon name="sonde" size={22} />
            <span className={css.label}>Sonde</span>
          </Link>
          {navigation.map(({ to, label, icon }) => (
            <Link
              key={to}
              to={to}
              className={css.item}
              activeProps={{ className: `${css.item} ${css.active}` }}
              title={text.nav[label]}
            >
              <Icon name={icon} />
              <span className={css.label}>{text.nav[label]}</span>
            </Link>
          ))}
          <div className={css.foot}>
            <PaletteButton />
            <LanguageMenu />
            <ThemeMenu />
          </div>
        </nav>
        <main id="content" className={css.content} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
    </MantineProvider>
  );
}
