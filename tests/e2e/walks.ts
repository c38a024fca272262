import type { Locator, Page } from 'playwright-core';

/** One click, and what is to be seen after it. */
export interface Step {
  readonly click: (page: Page) => Locator;
  readonly see: (page: Page) => readonly Locator[];
}

/** From the list of services to the cause of one fault of the demo shop, as somebody would who knows nothing of it. */
export interface Walk {
  /** Also the name of its pictures. */
  readonly name: string;
  /** What is conspicuous in the list. */
  readonly begin: (page: Page) => Locator;
  /** At most four. */
  readonly steps: readonly Step[];
}

const link = (name: string | RegExp) => (page: Page) => page.getByRole('main').getByRole('link', { name }).first();
const serviceRow = (name: string) => (page: Page) =>
  page.getByRole('row').filter({ has: page.getByText(name, { exact: true }) });
const service = (name: string) => (page: Page) => serviceRow(name)(page).getByText(name, { exact: true });
const tab = (name: string) => (page: Page) =>
  page.getByRole('navigation', { name: 'Views of the service' }).getByRole('link', { name, exact: true });
const text = (page: Page, wanted: string | RegExp) => page.getByRole('main').getByText(wanted).first();
const row = (page: Page, ...texts: readonly string[]) =>
  texts.reduce((rows, one) => rows.filter({ hasText: one }), page.getByRole('row')).first();
/** The row of a running instance one of whose cells, its error rate or its share of all errors, is `share`. */
const instance = (page: Page, share: string) =>
  page
    .getByRole('row')
    .filter({ hasText: 'running', has: page.getByRole('cell', { name: share, exact: true }) })
    .first();

export const WALKS: readonly Walk[] = [
  {
    name: 'slow-endpoint',
    begin: (page) =>
      serviceRow('catalog')(page)
        .getByText(/^[3-9]\d\d ms$/)
        .first(),
    steps: [
      { click: service('catalog'), see: (page) => [text(page, 'Slowest endpoints'), link(/GET \/search/)(page)] },
      { click: link(/GET \/search/), see: (page) => [text(page, /^[3-9]\d\d ms$/), text(page, 'gateway')] },
    ],
  },
  {
    name: 'failing-pod',
    begin: (page) =>
      serviceRow('payments')(page)
        .getByText(/^\d+(\.\d+)? %$/)
        .first(),
    steps: [
      { click: service('payments'), see: (page) => [text(page, 'Errors by instance'), text(page, '503')] },
      { click: tab('Pods'), see: (page) => [instance(page, '0 %'), instance(page, '100 %')] },
      {
        click: (page) => instance(page, '100 %').getByRole('link').first(),
        see: (page) => [text(page, '503'), text(page, 'Closed before the answer')],
      },
    ],
  },
  {
    name: 'slow-query',
    begin: (page) =>
      serviceRow('postgres')(page)
        .getByText(/^3\d\d ms$/)
        .first(),
    steps: [
      { click: service('postgres'), see: (page) => [link(/pg_sleep/)(page)] },
      { click: link(/pg_sleep/), see: (page) => [text(page, /^3\d\d ms$/), text(page, 'orders')] },
    ],
  },
  {
    name: 'refusing-dependency',
    begin: (page) => serviceRow('recommendations')(page),
    steps: [
      { click: service('recommendations'), see: (page) => [link(/127\.0\.0\.1:\d+.*100 %/)(page)] },
      { click: link(/127\.0\.0\.1:\d+.*100 %/), see: (page) => [text(page, 'Refused'), text(page, 'recommendations')] },
    ],
  },
  {
    name: 'dns-failures',
    begin: (page) =>
      serviceRow('dnsmasq')(page)
        .getByText(/^1\d(\.\d+)? %$/)
        .first(),
    steps: [
      { click: service('dnsmasq'), see: (page) => [text(page, 'NXDOMAIN'), text(page, 'REFUSED')] },
      {
        click: tab('Errors'),
        see: (page) => [row(page, 'NXDOMAIN', 'ads.shop.internal'), row(page, 'REFUSED', 'nowhere.test')],
      },
      { click: link('MX nowhere.test'), see: (page) => [text(page, 'REFUSED'), text(page, 'mailer')] },
    ],
  },
];

/**
 * Goes a walk; `seen` is called with the page at its start and after each click.
 *
 * @throws {Error} what was not to be seen, with the text of the page that was there in its place.
 */
export async function walk(
  page: Page,
  origin: string,
  { begin, steps }: Walk,
  seen: (step: number) => Promise<unknown> = async () => {},
): Promise<void> {
  await page.goto(`${origin}/?lang=en&theme=light&from=now-5m`);
  await appear(page, begin(page));
  await seen(0);
  for (const [i, { click, see }] of steps.entries()) {
    await click(page).click();
    for (const wanted of see(page)) await appear(page, wanted);
    await seen(i + 1);
  }
}

async function appear(page: Page, wanted: Locator): Promise<void> {
  try {
    await wanted.waitFor();
  } catch (cause) {
    const text = (await page.getByRole('main').innerText()).replace(/\s*\n\s*/g, ' | ');
    throw new Error(`${wanted} is not on ${page.url()}: ${text}`, { cause });
  }
}
