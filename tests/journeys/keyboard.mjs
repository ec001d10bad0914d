// A page used with nothing but the keyboard.
import { assert } from './browser.mjs';

/** Tab until `found` says so of what has focus; everything on the way shows its focus. */
export async function tabTo(page, what, found) {
  for (let presses = 0; presses < 120; presses += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      const style = getComputedStyle(element);
      return { name: element.name, value: element.value, type: element.type, href: element.getAttribute('href') ?? '',
        main: element.closest('main') !== null,
        seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 };
    });
    assert.ok(at.seen, `focus is not visible on ${JSON.stringify(at)}`);
    if (found(at)) return at;
  }
  return assert.fail(`the keyboard does not reach ${what}`);
}
