import assert from "node:assert/strict";
import test from "node:test";
import { HeldDialog } from "../../../static/js/live/view/held_dialog.js";

/** A browser's dialog: Escape asks with "cancel" first, but only once without a tap in between; then it just closes. */
class FakeDialog extends EventTarget {
  open = false;
  isModal = false;
  mayAsk = true;
  focused = null;

  show() {
    this.open = true;
  }

  showModal() {
    if (this.open) throw new Error("InvalidStateError");
    this.open = this.isModal = true;
  }

  matches(selector) {
    return selector === ":modal" ? this.isModal : this.open;
  }

  querySelector(selector) {
    return selector === ":focus" ? this.focused : null;
  }

  close() {
    if (!this.open) return;
    this.open = this.isModal = false;
    this.focused = null;
    queueMicrotask(() => this.dispatchEvent(new Event("close")));
  }

  async escape() {
    const asked = new Event("cancel", { cancelable: true });
    if (this.mayAsk && !this.dispatchEvent(asked)) return;
    this.close();
    await Promise.resolve();
  }
}

test("Escape does not lead back to a room in which nothing works any more, however often", async () => {
  const dialog = new FakeDialog();
  new HeldDialog(dialog).open();
  await dialog.escape();
  assert.equal(dialog.open, true);
  dialog.mayAsk = false;
  await dialog.escape();
  assert.equal(dialog.open, true);
});

test("where the dialog has a calm answer, Escape gives it", async () => {
  for (const mayAsk of [true, false]) {
    const dialog = Object.assign(new FakeDialog(), { mayAsk });
    const answers = [];
    new HeldDialog(dialog, () => answers.push("not now")).open();
    await dialog.escape();
    assert.deepEqual([answers, dialog.open], [["not now"], true]);
  }
});

test("we ourselves close it, and may open it again", async () => {
  const dialog = new FakeDialog();
  const held = new HeldDialog(dialog);
  held.open();
  held.open();
  held.close();
  await Promise.resolve();
  assert.equal(dialog.open, false);
  held.close();
  held.open();
  assert.equal(dialog.open, true);
});

test("one that stood beside the page comes to hold it, and who writes in it writes on", async () => {
  const dialog = new FakeDialog();
  const answers = [];
  const held = new HeldDialog(dialog, () => answers.push("escape"));
  dialog.show();
  const field = (dialog.focused = { focus: () => (dialog.focused = field) });
  held.open();
  await Promise.resolve();
  assert.deepEqual([dialog.open, dialog.isModal, dialog.focused, answers], [true, true, field, []]);
});
