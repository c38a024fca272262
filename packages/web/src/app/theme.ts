import { createTheme, type MantineColorsTuple } from '@mantine/core';

const indigo: MantineColorsTuple = [
  '#eef3fe',
  '#dbe6fb',
  '#b4cdf5',
  '#86abff',
  '#5f8df0',
  '#4078d6',
  '#2f67cc',
  '#2855c0',
  '#1f4ba5',
  '#173a83',
];

const night: MantineColorsTuple = [
  '#e3e7ee',
  '#c3cad5',
  '#9ca6b6',
  '#8590a1',
  '#3a4250',
  '#2a313d',
  '#1b2029',
  '#171b22',
  '#11151b',
  '#0d1015',
];

/** Mantine with the tokens of `theme.css`: small, dense, the system's own look of focus. */
export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 6 },
  colors: { indigo, dark: night },
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  fontSizes: { xs: '12px', sm: '13px', md: '14px' },
  defaultRadius: 6,
  cursorType: 'pointer',
  components: {
    Tooltip: {
      defaultProps: {
        openDelay: 250,
        multiline: true,
        maw: 340,
        withArrow: true,
        events: { hover: true, focus: true, touch: true },
      },
    },
    Popover: { defaultProps: { shadow: 'md', withinPortal: true } },
    Menu: { defaultProps: { shadow: 'md', position: 'bottom-end' } },
  },
});
