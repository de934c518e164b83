/** Trying the network: two connections of this page to each other, as a call would make them, and the line to our server. */

const PINGS = 3;

/**
 * @param {{iceServers: RTCIceServer[], onlyRelay?: boolean, within: number, watch?: (end: RTCPeerConnection) => void}} wish `within` in
 *   milliseconds; `watch` sees both ends before they call
 * @returns {Promise<{reached: string, roundTrip: number}|null>} how the other end was reached; null when it was not
 */
export async function tryCall({ iceServers, onlyRelay = false, within, watch = () => {} }) {
  let ends = [];
  try {
    const configuration = { iceServers, iceTransportPolicy: onlyRelay ? "relay" : "all" };
    ends = [new RTCPeerConnection(configuration), new RTCPeerConnection(configuration)];
    ends.forEach(watch);
    return await Promise.race([call(...ends), new Promise((resolve) => setTimeout(resolve, within, null))]);
  } catch {
    return null; // a browser or an extension that allows no calls
  } finally {
    for (const end of ends) end.close();
  }
}

/**
 * One relay by one way, both ends of a connection over it.
 * @param {{server: RTCIceServer, url: string, within: number}} wish
 * @returns {Promise<{line: {roundTrip: number}|null, isPlaced: boolean, code: number}>} whether it gave a place, and with which
 *   number the browser says that it did not (401 and the like from the relay, 701 when nothing answered)
 */
export async function tryRelay({ server, url, within }) {
  let isPlaced = false;
  let code = 0;
  const watch = (end) => {
    end.addEventListener("icecandidate", ({ candidate }) => (isPlaced ||= Boolean(candidate?.candidate)));
    end.addEventListener("icecandidateerror", ({ errorCode }) => (code = errorCode));
  };
  const line = await tryCall({ iceServers: [{ ...server, urls: [url] }], onlyRelay: true, within, watch });
  return { line, isPlaced, code };
}

async function call(near, far) {
  for (const [from, to] of [[near, far], [far, near]]) {
    from.onicecandidate = ({ candidate }) => candidate && to.addIceCandidate(candidate).catch(() => {});
  }
  far.ondatachannel = ({ channel }) => (channel.onmessage = ({ data }) => channel.send(data));
  const channel = near.createDataChannel("check");
  const opened = new Promise((resolve) => (channel.onopen = resolve));
  await near.setLocalDescription();
  await far.setRemoteDescription(near.localDescription);
  await far.setLocalDescription();
  await near.setRemoteDescription(far.localDescription);
  await opened;
  const roundTrip = await fastest(() => new Promise((resolve) => {
    channel.onmessage = resolve;
    channel.send("there and back");
  }));
  return { reached: await wayOf(near), roundTrip };
}

async function wayOf(connection) {
  const stats = await connection.getStats();
  const entries = [...stats.values()];
  const chosen = entries.find(({ type }) => type === "transport")?.selectedCandidatePairId;
  const pair = stats.get(chosen) ?? entries.find(({ type, nominated, state }) => type === "candidate-pair" && nominated && state === "succeeded");
  return stats.get(pair?.localCandidateId)?.candidateType ?? "host";
}

/** @param {import("socket.io-client").Socket} socket @returns {Promise<number|null>} milliseconds; null without an answer */
export async function tryServer(socket, within) {
  try {
    await socket.timeout(within).emitWithAck("echo", {}); // the first also waits for the line
    return await fastest(() => socket.timeout(within).emitWithAck("echo", {}));
  } catch {
    return null;
  }
}

async function fastest(ask) {
  let best = Infinity;
  for (let turn = 0; turn < PINGS; turn += 1) {
    const askedAt = performance.now();
    await ask();
    best = Math.min(best, performance.now() - askedAt);
  }
  return best;
}
