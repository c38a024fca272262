import type { ReactNode } from 'react';

/** 24 × 24, stroked with the text colour. */
const SHAPES = {
  sonde: (
    <>
      <path d="M12 3v10.5" strokeWidth={2.4} />
      <circle cx={12} cy={17.5} r={3} fill="currentColor" stroke="none" />
      <path d="M4.5 10a9 9 0 0 1 2.4-4M19.5 10a9 9 0 0 0-2.4-4" />
    </>
  ),
  services: <path d="M4 6h16M4 12h16M4 18h10" />,
  map: (
    <>
      <circle cx={5} cy={12} r={2.5} />
      <circle cx={19} cy={5.5} r={2.5} />
      <circle cx={19} cy={18.5} r={2.5} />
      <path d="m7.3 11 9.4-4.4M7.3 13l9.4 4.4" />
    </>
  ),
  traces: <path d="M4 5.5h12M7 10.2h9M10 14.9h10M13 19.5h5" />,
  dashboards: <path d="M4 4h7v9H4zM14 4h6v5h-6zM14 12h6v8h-6zM4 16h7v4H4z" />,
  edit: <path d="m4 20 1-4L16.5 4.5l3 3L8 19zM14 7l3 3" />,
  link: (
    <path d="M10 14a4 4 0 0 0 6 .4l3-3a4.2 4.2 0 0 0-6-6l-1.6 1.6M14 10a4 4 0 0 0-6-.4l-3 3a4.2 4.2 0 0 0 6 6l1.6-1.6" />
  ),
  remove: <path d="M5 7h14M9.5 7V4.5h5V7M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5" />,
  agents: (
    <>
      <path d="M3 12h4l2.5-7 5 14L17 12h4" />
    </>
  ),
  http: (
    <>
      <circle cx={12} cy={12} r={8.5} />
      <path d="M3.5 12h17M12 3.5c2.5 2.4 3.6 5.3 3.6 8.5s-1.1 6.1-3.6 8.5c-2.5-2.4-3.6-5.3-3.6-8.5S9.5 5.9 12 3.5Z" />
    </>
  ),
  rpc: <path d="M8 7 3.5 12 8 17M16 7l4.5 5-4.5 5M13.5 5l-3 14" />,
  database: (
    <>
      <ellipse cx={12} cy={5.5} rx={7.5} ry={2.8} />
      <path d="M4.5 5.5v13c0 1.5 3.4 2.8 7.5 2.8s7.5-1.3 7.5-2.8v-13M4.5 12c0 1.5 3.4 2.8 7.5 2.8s7.5-1.3 7.5-2.8" />
    </>
  ),
  cache: <path d="M13 2.5 4.5 13.5H11l-1 8 8.5-11H12Z" />,
  queue: <path d="M3.5 5h17v4h-17zM3.5 9h17v5h-17zM3.5 14h17v5h-17z" />,
  dns: <path d="M4 8h6v8H4zM14 4h6v6h-6zM14 14h6v6h-6zM10 12h2m0-5v10h2m-2-10h2" />,
  other: (
    <>
      <rect x={4} y={4} width={16} height={16} rx={3} />
      <path d="M9 12h6" />
    </>
  ),
  sun: (
    <>
      <circle cx={12} cy={12} r={4} />
      <path d="M12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1M17.3 17.3l1.1 1.1M5.6 18.4l1.1-1.1M17.3 6.7l1.1-1.1" />
    </>
  ),
  moon: <path d="M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z" />,
  auto: (
    <>
      <circle cx={12} cy={12} r={8.5} />
      <path d="M12 3.5v17a8.5 8.5 0 0 0 0-17Z" fill="currentColor" />
    </>
  ),
  language: (
    <path d="M3 6h10M8 4v2M11 6c-.8 4-3.5 7.5-7 9M5.5 9c1 2.5 3.5 4.8 6 5.8M12 20l4.5-10L21 20M13.6 16.5h5.8" />
  ),
  clock: (
    <>
      <circle cx={12} cy={12} r={8.5} />
      <path d="M12 7v5l3.5 2" />
    </>
  ),
  refresh: <path d="M20 12a8 8 0 1 1-2.4-5.7L20 8.5M20 4v4.5h-4.5" />,
  left: <path d="m14.5 6-6 6 6 6" />,
  right: <path d="m9.5 6 6 6-6 6" />,
  out: (
    <>
      <circle cx={11} cy={11} r={6.5} />
      <path d="m16 16 4.5 4.5M8.5 11h5" />
    </>
  ),
  search: (
    <>
      <circle cx={11} cy={11} r={6.5} />
      <path d="m16 16 4.5 4.5" />
    </>
  ),
  close: <path d="m6 6 12 12M18 6 6 18" />,
  up: <path d="m6 15 6-6 6 6" />,
  down: <path d="m6 9 6 6 6-6" />,
  copy: <path d="M9 9h10.5v10.5H9zM5 15V4.5h10.5" />,
  check: <path d="m5 12.5 4.5 4.5L19 7.5" />,
  download: <path d="M12 4v11m-4.5-4 4.5 4.5 4.5-4.5M4.5 19.5h15" />,
  errors: (
    <>
      <circle cx={12} cy={12} r={8.5} />
      <path d="M12 7.5v5.5M12 16v.5" />
    </>
  ),
  alerts: <path d="M6 16.5V11a6 6 0 1 1 12 0v5.5l1.5 2h-15ZM10 21h4" />,
  explain: (
    <>
      <circle cx={12} cy={12} r={8.5} />
      <path d="M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7M12 16.5v.5" />
    </>
  ),
  warning: <path d="M12 4 2.8 20h18.4ZM12 10v5M12 17.5v.5" />,
} as const satisfies Record<string, ReactNode>;

export type IconName = keyof typeof SHAPES;

/** Decoration only: what it means stands beside it or in the label of its button. */
export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      style={{ flex: 'none' }}
    >
      {SHAPES[name]}
    </svg>
  );
}
