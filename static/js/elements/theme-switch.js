// <theme-switch> three radios named "theme": system, light, dark </theme-switch>: takes effect at once, kept in a cookie.

import { define, PageElement } from "../element.js";
import { setPreference } from "../page/preferences.js";

export class ThemeSwitch extends PageElement {
  connected() {
    this.listen(this, "change", ({ target }) => {
      if (target.name !== "theme") return;
      setPreference("theme", target.value);
      if (target.value === "system") delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = target.value;
    });
  }
}

define("theme-switch", ThemeSwitch);
