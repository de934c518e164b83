const HEIGHT_LEFT = 0.78;

/** While the on-screen keyboard is open the bottom bar gets out of its way: :root[data-keyboard]. */
export function watchKeyboard() {
  const view = window.visualViewport;
  if (!view) return;
  view.addEventListener("resize", () => {
    document.documentElement.toggleAttribute("data-keyboard", view.height < window.innerHeight * HEIGHT_LEFT);
  });
}
