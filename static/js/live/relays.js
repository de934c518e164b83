/** The ways a connection may take: what the server named of relays, and their credentials, which it renews with every entry. */

export class Ways {
  /** @param {RTCIceServer[]} servers */
  constructor(servers) {
    this.servers = servers;
  }

  hasRelay = () => hasRelay(this.servers);

  /** A fresh connection. @param {{onlyRelay?: boolean}} [way] by no other way than the relay */
  connection = ({ onlyRelay = false } = {}) =>
    new RTCPeerConnection({ iceServers: this.servers, bundlePolicy: "max-bundle", iceTransportPolicy: onlyRelay ? "relay" : "all" });
}

/** Is there a TURN server among these? @param {{urls: string[]}[]} iceServers */
export function hasRelay(iceServers) {
  return iceServers.some(({ urls }) => [urls].flat().some((url) => /^turns?:/.test(url)));
}
