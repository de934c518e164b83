/**
 * The large picture in a small window above all others: by itself when the tab is left, where the browser lets it, else from More. It
 * follows whoever is large, and comes back by itself when the tab is looked at again.
 */
export class PictureInPicture {
  #video = null;
  #wentByItself = false;

  /** @param {{page: Document, session: MediaSession|undefined}} parts the browser's navigator.mediaSession */
  constructor({ page, session }) {
    this.page = page;
    page.addEventListener("visibilitychange", () => !page.hidden && this.#wentByItself && this.leave());
    try {
      session?.setActionHandler("enterpictureinpicture", () => this.#goByItself());
    } catch {
      // a browser that does not know this yet: More has it all the same
    }
  }

  get isPossible() {
    return Boolean(this.page.pictureInPictureEnabled);
  }

  get isOut() {
    return Boolean(this.page.pictureInPictureElement);
  }

  /** @param {HTMLVideoElement|null} video of whoever is large now */
  follow(video) {
    if (video === this.#video) return;
    if (this.#video) this.#allow(this.#video, false);
    this.#video = video;
    if (video) this.#allow(video, true);
    if (this.isOut && video) video.requestPictureInPicture().catch(() => {}); // nothing to show there yet: the old one stays
  }

  /** @returns {Promise<boolean>} whether there was a picture to show */
  async toggle() {
    if (this.isOut) return this.leave();
    this.#wentByItself = false;
    return this.#go();
  }

  async leave() {
    this.#wentByItself = false;
    if (this.isOut) await this.page.exitPictureInPicture().catch(() => {});
    return true;
  }

  async #goByItself() {
    if (this.isOut) return;
    this.#wentByItself = await this.#go();
  }

  async #go() {
    try {
      await this.#video.requestPictureInPicture();
      return true;
    } catch {
      return false;
    }
  }

  /** Safari leaves by itself for a video that says so; the browser's own button over small pictures stays away. */
  #allow(video, isAllowed) {
    if (!isAllowed && video === this.page.pictureInPictureElement) return;
    video.disablePictureInPicture = !isAllowed;
    if ("autoPictureInPicture" in video) video.autoPictureInPicture = isAllowed;
  }
}
