import assert from "node:assert/strict";
import test from "node:test";
import { both, change, SharedNotes } from "../../../static/js/live/shared_notes.js";
import { FakeClock, listen, Memory, settle } from "./fakes.js";

/** The server's side: compare and swap, and the news to everybody. */
class Server {
  version = 0;
  text = "";
  pages = [];
  isDown = false;
  losesAnswers = false;

  async ask(event, { version, text }) {
    if (this.isDown) throw new Error("not in the room now");
    if (event === "look_notes") return { version: this.version, text: this.text };
    if (version !== this.version) return { is_taken: false, version: this.version, text: this.text };
    [this.version, this.text] = [version + 1, text];
    if (this.losesAnswers) throw new Error("the line went");
    for (const page of this.pages) page.hear({ version: this.version, text });
    return { is_taken: true, version: this.version, text };
  }
}

async function page(server, { me = 1, memory = new Memory(), clock = new FakeClock() } = {}) {
  const notes = new SharedNotes({ ask: (event, payload) => server.ask(event, payload), me, room: "here", clock, memory });
  server.pages.push(notes);
  await notes.enter();
  return { notes, memory, clock };
}

async function pass(clock, milliseconds = 10_000) {
  await clock.pass(milliseconds);
  await settle();
}

test("what one writes the other reads", async () => {
  const server = new Server();
  const [one, other] = [await page(server), await page(server, { me: 2 })];
  const news = listen(other.notes, "news");
  one.notes.type("A bowline");
  await pass(one.clock);
  assert.equal(other.notes.text, "A bowline");
  assert.equal(news.length, 1);
});

test("two who write at the same time both find their words in it, and read the same", async () => {
  const server = new Server();
  const [one, other] = [await page(server), await page(server, { me: 2 })];
  one.notes.type("Knots: ");
  await pass(one.clock);
  one.notes.type("Knots: bowline. ");
  other.notes.type("My knots: ");
  await Promise.all([one.clock.pass(1000), other.clock.pass(1000)]);
  for (let round = 0; round < 4; round += 1) await Promise.all([pass(one.clock), pass(other.clock)]);
  assert.equal(server.text, "My knots: bowline. ");
  assert.deepEqual([one.notes.text, other.notes.text], [server.text, server.text]);
});

test("nobody's words are lost, whoever types what and when", async () => {
  let seed = 7;
  const random = (most) => (seed = (seed * 1103515245 + 12345) % 2147483648) % most;
  for (let run = 0; run < 30; run += 1) {
    const server = new Server();
    const people = [await page(server), await page(server, { me: 2 }), await page(server, { me: 3 })];
    const words = [];
    for (let step = 0; step < 12; step += 1) {
      const { notes, clock } = people[random(3)];
      const at = random(notes.text.length + 1);
      const word = `<${run}.${step}>`;
      if (!/[<][^>]*$/.test(notes.text.slice(0, at))) { // between words, as people do
        words.push(word);
        notes.type(notes.text.slice(0, at) + word + notes.text.slice(at));
      }
      if (random(2)) await clock.pass(random(600));
    }
    for (let round = 0; round < 6; round += 1) for (const { clock } of people) await pass(clock);
    for (const word of words) assert.ok(server.text.includes(word), `${word} is in ${server.text}`);
    for (const { notes } of people) assert.equal(notes.text, server.text);
  }
});

test("what was written without a line goes out after a reload, into what stands there by then", async () => {
  const server = new Server();
  const { notes, memory, clock } = await page(server);
  server.isDown = true;
  notes.type("While I was away");
  await pass(clock, 2000);
  server.isDown = false;
  [server.version, server.text] = [1, "Theirs. "];
  const after = await page(server, { memory });
  await pass(after.clock);
  assert.match(server.text, /Theirs\. /);
  assert.match(server.text, /While I was away/);
  assert.equal(memory.getItem("peerlearn.unsent.notes.here.1"), null);
});

test("words whose answer was lost are not written twice", async () => {
  const server = new Server();
  const { notes, clock } = await page(server);
  server.losesAnswers = true;
  notes.type("Once");
  await pass(clock, 500);
  server.losesAnswers = false;
  notes.type("Once and more");
  await notes.enter();
  await pass(clock);
  assert.equal(server.text, "Once and more");
});

test("a letter of several keys is not disturbed while it is composed", async () => {
  const server = new Server();
  const [one, other] = [await page(server), await page(server, { me: 2 })];
  one.notes.hold(true);
  other.notes.type("Hers. ");
  await pass(other.clock);
  assert.equal(one.notes.text, "");
  one.notes.type("か");
  one.notes.hold(false);
  await pass(one.clock);
  assert.equal(server.text, "Hers. か");
});

test("a refusal is told", async () => {
  const server = new Server();
  const { notes, clock } = await page(server);
  const problems = listen(notes, "problem");
  server.ask = async () => { throw Object.assign(new Error("This session has ended."), { code: "ended" }); };
  notes.type("Late");
  await pass(clock, 1000);
  assert.equal(problems[0].message, "This session has ended.");
});

test("a change never goes through the middle of a letter", () => {
  assert.deepEqual(change("a😀b", "a😁b"), { from: 1, to: 3, words: "😁" });
  assert.equal(both("a😀b", "a😁b", "a😂b"), "a😂😁b");
  assert.equal(both("", "", "x"), "x");
});
