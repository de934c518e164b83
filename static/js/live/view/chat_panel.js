/**
 * The conversation on the page. Lines are text nodes; one that stands already is
 * changed in place, so nothing jumps while somebody reads.
 *
 * Speaks: "say" {text}.
 */
import { tell } from "../clock.js";
import { hourAndMinute } from "../timer.js";
import { drawFile } from "./file_line.js";

const NEAR_END = 80;

export class ChatPanel extends EventTarget {
  #drawn = new Map();

  /** @param {{room: HTMLElement, lineTemplate: HTMLTemplateElement, side: import("./side_panel.js").SidePanel}} parts */
  constructor({ room, lineTemplate, side }) {
    super();
    this.lineTemplate = lineTemplate;
    this.side = side;
    this.list = room.querySelector(".lines");
    this.empty = room.querySelector(".lines-empty");
    this.form = room.querySelector(".say");
    this.input = this.form.elements.text;
    this.form.addEventListener("submit", (event) => this.#submit(event));
    this.input.addEventListener("keydown", (event) => this.#key(event));
    side.button.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus, so toggle() can tell
    side.addEventListener("shown", ({ detail }) => detail.tab === "chat" && this.#toEnd());
  }

  /** A tap on Chat opens it and goes to the field; a tap while writing closes it. */
  toggle() {
    if (this.side.isShown("chat") && document.activeElement === this.input) return this.side.close();
    this.side.open("chat");
    this.input.focus();
  }

  /** @param {import("../chat.js").DrawnLine[]} lines */
  draw(lines, me) {
    const isAtEnd = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < NEAR_END;
    const isOurs = lines.length > 0 && lines.at(-1).sender === me && !this.#drawn.has(lines.at(-1).client_id);
    putInOrder(this.list, lines.map((line) => this.#drawLine(line, me)));
    this.empty.hidden = lines.length > 0;
    if (isAtEnd || isOurs) this.#toEnd();
  }

  /** Somebody else said something. */
  heard() {
    this.side.news("chat");
  }

  #drawLine(line, me) {
    const known = this.#drawn.get(line.client_id);
    const element = known ?? this.lineTemplate.content.firstElementChild.cloneNode(true);
    element.dataset.mine = String(line.sender === me);
    element.dataset.state = line.state;
    element.querySelector(".line-name").textContent = line.sender === me ? "You" : line.name;
    element.querySelector(".line-text").textContent = line.text;
    element.querySelector(".line-time").textContent = timeWords(line);
    drawTick(element.querySelector(".line-tick"), line);
    drawFile(element.querySelector(".line-file"), line);
    const problem = element.querySelector(".line-problem");
    problem.hidden = line.state !== "refused";
    problem.textContent = line.problem ?? "";
    this.#drawn.set(line.client_id, element);
    return element;
  }

  #submit(event) {
    event.preventDefault();
    const text = this.input.value;
    if (!text.trim()) return;
    this.input.value = "";
    this.input.focus();
    tell(this, "say", { text });
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  #toEnd() {
    this.list.scrollTop = this.list.scrollHeight;
  }
}

/** What stands in its place already is not touched: somebody may be reading it. @param {Element} list @param {Element[]} elements */
export function putInOrder(list, elements) {
  let here = list.firstElementChild;
  for (const element of elements) {
    if (element === here) here = here.nextElementSibling;
    else list.insertBefore(element, here);
  }
}

function timeWords({ state, sent_at }) {
  if (state === "sending") return "sending…";
  if (state === "waiting") return "goes out when you are back";
  if (state === "refused") return "not sent";
  return hourAndMinute(sent_at);
}

/** One tick: the server keeps it. Two: it has arrived on the other side; their names in words. */
function drawTick(tick, { state, reached }) {
  tick.hidden = state !== "sent" || !reached;
  if (tick.hidden) return;
  const words = reached.length ? `delivered to ${reached.join(" and ")}` : "sent";
  tick.dataset.ticks = reached.length ? "2" : "1";
  if (tick.title !== words) tick.title = tick.querySelector(".sr-only").textContent = words;
}
