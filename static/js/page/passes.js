/**
 * A pass for the other endpoints: our cookie belongs to home. It is good for a minute, so it is fetched anew while the line is up.
 */
const EVERY = 25_000;
const ANSWER_WITHIN = 5000;

/** @param {import("socket.io-client").Socket} socket of the namespace of pages */
export function keepPass(socket) {
  let shown = "";
  let timer = 0;
  socket.auth = (give) => give({ pass: shown });
  const renew = async () => {
    try {
      const { renewal = shown } = await socket.timeout(ANSWER_WITHIN).emitWithAck("renew", {});
      shown = renewal;
    } catch {
      // the line is gone: the last pass has to do
    }
  };
  socket.on("connect", () => {
    renew();
    timer = setInterval(renew, EVERY);
  });
  socket.on("disconnect", () => clearInterval(timer));
}
