// A clock in a worker: goes on at full speed in a hidden tab, where animation frames stop and timers are slowed down.
let timer = 0;
self.onmessage = ({ data }) => {
  clearInterval(timer);
  if (data) timer = setInterval(() => self.postMessage(0), data);
};
