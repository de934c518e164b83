/**
 * What makes the company easier: everything behind More. The third composition root beside room.js (the call) and beside.js (what lies
 * beside the picture): makes the parts and draws their arrows.
 */
import { on } from "./beside.js";
import { MoreMenu } from "./view/more_menu.js";

/**
 * @param {object} parts
 * @param {import("./view.js").View} parts.view
 */
export function layCompany({ view }) {
  const more = new MoreMenu({ page: document });

  const doings = {
    fullscreen: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()),
    keys: () => view.keys.list(),
  };
  more.item("fullscreen").hidden = !document.fullscreenEnabled;
  on(view, "do", ({ what }) => doings[what]?.());
}
