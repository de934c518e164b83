import assert from "node:assert/strict";
import test from "node:test";
import { BoardWords } from "../../../static/js/live/view/board_words.js";

/** As much of the page as the field needs: the focus is in one place, and only what is on the page can have it. */
function sheet() {
  const page = { focused: null };
  class Thing extends EventTarget {
    isConnected = true;
    dataset = {};
    style = { setProperty() {} };
    textContent = "";
    setAttribute() {}
    setSelectionRange() {}
    focus() {
      if (!this.isConnected || page.focused === this) return;
      const old = page.focused;
      page.focused = this;
      old?.dispatchEvent(new Event("blur"));
    }
  }
  const [field, hint, surface, button] = Array.from({ length: 4 }, () => new Thing());
  field.hidden = true;
  const root = { querySelector: (selector) => (selector === ".board-words" ? field : hint) };
  const note = { sender: 2, client_id: "n1", number: 1, kind: "note", mark: { colour: "sun", width: 4, points: [1, 1], text: "Check the sign" } };
  const deeds = [];
  const board = {
    drawings: () => (button.isConnected ? [note] : []),
    mayEdit: () => true,
    draw: (kind, mark) => deeds.push([kind, mark.text]),
    edit: (key, mark) => deeds.push([key, mark.text]),
  };
  const words = new BoardWords({ root, surface, board });
  const press = (key, more = {}) => field.dispatchEvent(Object.assign(new Event("keydown", { cancelable: true }), { key, ...more }));
  return { page, field, surface, button, note, deeds, words, press };
}

/** The field takes the focus after the tap that asked for it. */
const tapped = () => new Promise((resolve) => setTimeout(resolve));

test("leaving the field of a note gives the focus back to it", async () => {
  const { page, field, button, note, deeds, words, press } = sheet();
  words.change(note, button);
  await tapped();
  press("Escape");
  assert.deepEqual([page.focused === button, field.hidden, deeds], [true, true, []]);
});

for (const [key, more, kept] of [["Escape", {}, []], ["Enter", { ctrlKey: true }, [["note", "My words"]]]]) {
  test(`the field of a note that was erased meanwhile closes with ${key}, and the board has the focus`, async () => {
    const { page, field, surface, button, note, deeds, words, press } = sheet();
    words.change(note, button);
    await tapped();
    field.value = "My words";
    button.isConnected = false;
    press(key, more);
    assert.deepEqual([page.focused === surface, field.hidden, deeds], [true, true, kept]);
  });
}

test("a key that comes when nothing is written any more is left alone", () => {
  const { press } = sheet();
  assert.equal(press("Enter"), true);
});
