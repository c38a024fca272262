/**
 * A browser and a page for each test of the file that imports this: the pages as they are shipped, served with the
 * fixture's API, or by the server at SONDE_URL. After each test: nothing was asked of another host, nothing complained of.
 */
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import { CHROMIUM } from './chromium.ts';
import { type Fixture, type Scenario, startFixture } from './fixture/server.ts';
import { builtPages, follow } from './pages.ts';

const real = process.env.SONDE_URL;

/** What does not hold for every server is left out where SONDE_URL names one. */
export const withFixture = (name: string, tests: () => void): void => {
  if (real === undefined) describe(name, tests);
  else describe.skip(`${name} (left out: SONDE_URL names a server)`, tests);
};

export let fixture: Fixture | undefined;
export let page: Page;
let browser: Browser;
let context: BrowserContext;
let base: string;
/** What the page asked of other hosts, and what it complained about. */
let outside: string[];
let complaints: string[];

beforeAll(async () => {
  if (real === undefined) fixture = await startFixture(builtPages());
  base = real ?? fixture!.url;
  browser = await chromium.launch(CHROMIUM);
  context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
  });
});

afterAll(async () => {
  await browser?.close();
  await fixture?.close();
});

beforeEach(async () => {
  if (fixture) fixture.scenario = 'shop';
  page = await context.newPage();
  page.setDefaultTimeout(20_000);
  follow(page);
  outside = [];
  complaints = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(base) && !/^(data|blob):/.test(request.url())) outside.push(request.url());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    const refused = /the server responded with a status of/.test(message.text());
    if (message.type() === 'error' && !refused) complaints.push(message.text());
  });
});

afterEach(async () => {
  await page.close();
  expect(outside).toEqual([]);
  expect(complaints).toEqual([]);
});

/** The button that names the range of the page. */
export const range = (name: string) =>
  page.getByRole('group', { name: 'Time range' }).getByRole('button', { name, exact: true });

export const search = () => new URL(page.url()).searchParams;

export async function open(path: string, scenario?: Scenario) {
  if (fixture && scenario) fixture.scenario = scenario;
  await page.goto(base + path);
}

export const rows = () => page.getByRole('table', { name: 'Services' }).locator('tbody tr:has(a)');
export const firstNames = async () => rows().locator('td:first-child a').allTextContents();

/** Complaints of the browser about what a test does on purpose. */
export function forgive(part: string) {
  complaints = complaints.filter((text) => !text.includes(part));
}
