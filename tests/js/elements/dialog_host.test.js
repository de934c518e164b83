import assert from "node:assert/strict";
import test from "node:test";
import "./page.js";

const { DialogHost } = await import("../../../static/js/elements/dialog-host.js");

test("beside the call Escape closes a dialog, but not while it takes back a word that is being composed", () => {
  const dialog = Object.assign(new EventTarget(), { open: true, close: () => (dialog.open = false) });
  const host = Object.assign(new DialogHost(), { hasAttribute: () => true, querySelector: () => dialog, querySelectorAll: () => [] });
  host.connectedCallback();
  const press = (isComposing) => host.dispatchEvent(Object.assign(new Event("keydown"), { key: "Escape", isComposing }));
  press(true);
  assert.equal(dialog.open, true);
  press(false);
  assert.equal(dialog.open, false);
});
