import assert from "node:assert/strict";
import test from "node:test";
import { browserOf, showHowToAllow } from "../../../static/js/live/view/allow_dialog.js";

const AGENTS = {
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36": "chrome",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1": "chrome",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0": "edge",
  "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36 EdgA/140.0.0.0": "edge",
  "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0": "firefox",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/143.0 Mobile/15E148 Safari/605.1.15": "firefox",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15": "safari",
};

test("everybody reads the words of their own browser", () => {
  for (const [agent, browser] of Object.entries(AGENTS)) assert.equal(browserOf(agent), browser, agent);
});

test("a screen that the computer keeps has words of its own, with its own way to try again", () => {
  const parts = ["devices", "screen"].map((what) => ({ dataset: { for: what }, hidden: what === "screen" }));
  const dialog = { open: false, showModal: () => (dialog.open = true), querySelectorAll: (name) => (name === "[data-for]" ? parts : []) };
  const page = { querySelector: () => dialog };
  showHowToAllow(page, "", "screen");
  assert.deepEqual([dialog.open, ...parts.map(({ hidden }) => hidden)], [true, true, false]);
  showHowToAllow(page, "", "devices");
  assert.deepEqual(parts.map(({ hidden }) => hidden), [false, true]);
});
