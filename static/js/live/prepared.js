/**
 * An offer made before anybody is there to take it: while the server is still being
 * asked, the browser sets up its first connection, which takes it a tenth of a second.
 * Whoever is called first gets it; it is never used to answer.
 */
import { addLines } from "./peer.js";

export class PreparedOffer {
  #connection;
  #candidates = [];
  #isReady;

  /** @param {{makeConnection: () => RTCPeerConnection, stream: MediaStream}} parts */
  constructor({ makeConnection, stream }) {
    this.#connection = makeConnection();
    this.#connection.onicecandidate = ({ candidate }) => candidate && this.#candidates.push(candidate);
    addLines(this.#connection, stream);
    this.#isReady = this.#connection.setLocalDescription().then(() => true, () => false);
  }

  /**
   * Hand it over, once: the connection with its offer, and the paths found so far.
   * @returns {Promise<{connection: RTCPeerConnection, candidates: RTCIceCandidate[]}|null>}
   */
  async take() {
    const connection = this.#connection;
    this.#connection = null;
    if (!connection || !(await this.#isReady)) return null;
    return { connection, candidates: this.#candidates };
  }

  /** Nobody to call: let it go. */
  drop() {
    this.#connection?.close();
    this.#connection = null;
  }
}
