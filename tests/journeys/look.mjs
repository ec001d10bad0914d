// How every page is looked at: both languages, narrow and wide, light and dark, by axe's rules, and how heavy it is.
import { createRequire } from 'node:module';
import { demo } from './browser.mjs';

const require = createRequire(import.meta.url);
const { AxeBuilder } = require('@axe-core/playwright');

/** Bytes over the wire that no page may need, all that it loads included. */
const HEAVIEST = 150 * 1024;

const EVERY = ['en', 'ja'].flatMap((lang) => [1280, 360].flatMap((width) => ['light', 'dark'].map((colorScheme) => ({ lang, width, colorScheme }))));
const ONCE = [
  { lang: 'en', width: 1280, colorScheme: 'light' },
  { lang: 'ja', width: 360, colorScheme: 'dark' },
];

/** Each language, width and theme once; all of them with each other in a soak run. */
export const VIEWS = process.env.EXCEPTION_DESK_SOAK === '1' ? EVERY : ONCE;

/** Opens `paths` as `who` and adds to `found` what is wrong with them. */
export async function look(page, view, who, paths, found) {
  await page.setViewportSize({ width: view.width, height: 900 });
  await page.emulateMedia({ colorScheme: view.colorScheme });
  await page.context().addCookies([{ name: 'lang', value: view.lang, url: demo.desk }]);
  for (const path of paths) {
    await page.goto(demo.desk + path);
    const address = path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, '').replace(/[^a-z0-9]+/gi, '-');
    await inspect(page, view, `${who}${address}-${view.lang}-${view.width}-${view.colorScheme}`, found);
  }
}

/** Adds to `found` what is wrong with the page as it stands, and keeps a picture of it called `name`. */
export async function inspect(page, view, name, found) {
  const text = await page.locator('body').innerText();
  if (/Unknown localization|\{\s*\$/.test(text)) found.push(`${name}: a text is missing`);
  if (await page.locator('html').getAttribute('lang') !== view.lang) found.push(`${name}: not in ${view.lang}`);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (over > 0) found.push(`${name}: ${over} px wider than the window`);
  const weight = await page.evaluate(() => ['navigation', 'resource'].flatMap((type) => window.performance.getEntriesByType(type))
    .reduce((sum, entry) => sum + entry.encodedBodySize, 0));
  if (weight === 0 || weight > HEAVIEST) found.push(`${name}: ${weight} bytes`);
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  for (const one of violations) found.push(`${name}: ${one.id} at ${one.nodes.map((node) => node.target).join(', ')}`);
  await page.shot(name);
}
