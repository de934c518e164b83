/**
 * Which microphone, camera and speakers (templates/live/_devices.html). Fetched when it is first wanted.
 *
 * Speaks: "choose" {kind: "audio"|"camera"|"speaker", id}, "close".
 */
import { tell } from "../clock.js";

const KINDS = { audio: "audioinput", camera: "videoinput", speaker: "audiooutput" };

export class DevicesDialog extends EventTarget {
  /** @param {{page: Document, devices: MediaDevices|undefined}} parts */
  constructor({ page, devices }) {
    super();
    Object.assign(this, { page, devices });
    this.dialog = page.querySelector("#devices");
    this.meter = this.dialog.querySelector("meter");
    this.dialog.addEventListener("change", ({ target }) => tell(this, "choose", { kind: target.name, id: target.value }));
    this.dialog.addEventListener("close", () => tell(this, "close"));
    devices?.addEventListener?.("devicechange", () => this.dialog.open && this.fill());
  }

  /** @param {() => Record<string, string|undefined>} inUse ids of what is used just now, by kind */
  async open(inUse) {
    this.inUse = inUse;
    await this.fill();
    if (!this.dialog.open) this.dialog.showModal();
  }

  async fill() {
    const found = (await this.devices?.enumerateDevices()) ?? [];
    const inUse = this.inUse();
    for (const [kind, named] of Object.entries(KINDS)) this.#list(kind, found.filter((device) => device.kind === named), inUse[kind]);
  }

  /** @param {number} level 0 to 1 */
  level(level) {
    this.meter.value = level;
  }

  #list(kind, found, chosen) {
    const field = this.dialog.querySelector(`[data-devices=${kind}]`);
    const isKnown = found.some((device) => device.deviceId);
    field.hidden = kind === "speaker" && (!isKnown || !("setSinkId" in HTMLMediaElement.prototype));
    const select = field.querySelector("select");
    select.disabled = !isKnown;
    const options = isKnown ? found : [{ deviceId: "", label: found.length ? "Not allowed yet" : "None found" }];
    select.replaceChildren(...options.map(({ deviceId, label }, at) => new Option(label || `${field.querySelector("label").textContent} ${at + 1}`, deviceId)));
    if (chosen && options.some((device) => device.deviceId === chosen)) select.value = chosen;
  }
}
