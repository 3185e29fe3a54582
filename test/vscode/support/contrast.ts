import type { FrameLocator } from 'playwright-core';

/** Run in the page, as text: it needs the document's types, which these tests do not have. */
const PROGRAM = `(root) => {
  const canvas = root.ownerDocument.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const channels = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return { rgb: [r, g, b], alpha: a / 255 };
  };
  const over = (top, bottom) => top.rgb.map((value, i) => value * top.alpha + bottom[i] * (1 - top.alpha));
  const light = (rgb) => {
    const [r, g, b] = rgb.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const paper = channels(getComputedStyle(root).getPropertyValue('--vscode-sideBar-background')).rgb;
  const behind = (element) => {
    const below = element.parentElement ? behind(element.parentElement) : paper;
    return over(channels(getComputedStyle(element).backgroundColor), below);
  };
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
  return [...root.querySelectorAll('*')].filter(hasText).map((element) => {
    const ground = behind(element);
    const ink = over(channels(getComputedStyle(element).color), ground);
    const [high, low] = [light(ink), light(ground)].sort((a, b) => b - a);
    return { text: element.textContent.trim(), ratio: (high + 0.05) / (low + 0.05) };
  });
}`;

export interface Contrast {
  readonly text: string;
  /** As WCAG reckons it: 4.5 is the least for text. */
  readonly ratio: number;
}

/** The contrast of every text of the page against what is behind it. */
export async function contrasts(panel: FrameLocator): Promise<Contrast[]> {
  return panel.locator('body').evaluate<Contrast[], undefined>(`(${PROGRAM})(document.body)`, undefined);
}
