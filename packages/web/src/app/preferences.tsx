import { ActionIcon, Menu } from '@mantine/core';
import type { ReactNode } from 'react';
import { LANGUAGES, THEMES } from '../data/root-route.ts';
import { useLanguage, useSetSettings, useTheme } from '../data/settings.ts';
import { useText } from '../data/text.ts';
import { Icon, type IconName } from '../widgets/icon.tsx';

const LANGUAGE_NAMES = { en: 'English', zh: '中文' };

interface ChoiceProps {
  readonly label: string;
  readonly icon: IconName;
  readonly children: ReactNode;
}

function Choice({ label, icon, children }: ChoiceProps) {
  return (
    <Menu position="right-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={32} aria-label={label} title={label}>
          <Icon name={icon} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}

export function LanguageMenu() {
  const text = useText();
  const language = useLanguage();
  const set = useSetSettings();
  return (
    <Choice label={text.settings.language} icon="language">
      {LANGUAGES.map((lang) => (
        <Menu.Item
          key={lang}
          onClick={() => set({ lang })}
          aria-current={lang === language}
          fw={lang === language ? 600 : 400}
        >
          {LANGUAGE_NAMES[lang]}
        </Menu.Item>
      ))}
    </Choice>
  );
}

const THEME_ICONS = { auto: 'auto', light: 'sun', dark: 'moon' } as const;

export function ThemeMenu() {
  const text = useText();
  const chosen = useTheme();
  const set = useSetSettings();
  return (
    <Choice label={text.settings.theme} icon={THEME_ICONS[chosen]}>
      {THEMES.map((theme) => (
        <Menu.Item
          key={theme}
          leftSection={<Icon name={THEME_ICONS[theme]} />}
          onClick={() => set({ theme: theme === 'auto' ? undefined : theme })}
          aria-current={theme === chosen}
          fw={theme === chosen ? 600 : 400}
        >
          {text.settings.themes[theme]}
        </Menu.Item>
      ))}
    </Choice>
  );
}
