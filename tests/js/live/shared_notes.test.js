import assert from "node:assert/strict";
import test from "node:test";
import { SharedNotes } from "../../../static/js/live/shared_notes.js";
import { both, change } from "../../../static/js/live/shared_text.js";
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
      const word = `${random(3) ? "" : "\n"}<${run}.${step}>${random(3) ? "" : "\n"}`;
      if (!/[<][^>]*$/.test(notes.text.slice(0, at))) { // between words, as people do
        words.push(word.trim());
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

test("words whose answer was lost, and lost again, are not written twice", async () => {
  const server = new Server();
  const { notes, clock } = await page(server);
  server.losesAnswers = true;
  notes.type("Buy milk");
  await pass(clock, 500);
  server.losesAnswers = false;
  server.isDown = true;
  notes.type("Buy milk and bread");
  await pass(clock, 5000);
  server.isDown = false;
  await notes.enter();
  await pass(clock);
  assert.equal(server.text, "Buy milk and bread");
});

test("our own news may come before the answer that was lost", async () => {
  const server = new Server();
  const { notes, clock } = await page(server);
  const ask = server.ask.bind(server);
  server.ask = async (event, payload) => { await ask(event, payload); throw new Error("the line went"); };
  notes.type("Once");
  await pass(clock, 500);
  server.ask = ask;
  notes.type("Once more");
  await pass(clock);
  assert.equal(server.text, "Once more");
});

test("what the server takes out is taken out here, once", async () => {
  const server = new Server();
  const ask = server.ask.bind(server);
  let asked = 0;
  server.ask = (event, payload) => { asked += 1; return ask(event, payload.text ? { ...payload, text: payload.text.replace("\u202e", "") } : payload); };
  const { notes, clock } = await page(server);
  notes.type("a\u202eb");
  await pass(clock);
  await pass(clock);
  assert.equal(notes.text, "ab");
  assert.ok(asked < 4);
});

test("changes in several places stay where they were made", () => {
  const before = "Title\nalpha\nbeta\ngamma\nEnd";
  assert.equal(both(before, "My Title\nalpha\nbeta\ngamma\nEnd!", "Title\nalpha\nbeta 2\ngamma\nEnd"), "My Title\nalpha\nbeta 2\ngamma\nEnd!");
  assert.equal(both(before, "Title\nalpha\ngamma\nEnd", "Title\nalpha\nbeta\ngamma\nmore\nEnd"), "Title\nalpha\ngamma\nmore\nEnd");
  assert.equal(both("a\nb", "a\nmine\nb", "a\ntheirs\nb"), "a\ntheirs\nmine\nb");
  assert.equal(both("a\nb", "a", "a"), "a");
});

test("more than fits is said once, and goes out when it is shorter", async () => {
  const server = new Server();
  const { notes, clock } = await page(server);
  const problems = listen(notes, "problem");
  notes.type("x".repeat(20_001));
  await pass(clock);
  await pass(clock);
  assert.deepEqual([problems.length, server.text], [1, ""]);
  notes.type("x");
  await pass(clock);
  assert.deepEqual([problems.length, problems.at(-1).message, server.text], [2, "", "x"]);
});

test("an answer that does not come is asked for again, until we leave", async () => {
  const server = new Server();
  server.isDown = true;
  const { notes, clock } = await page(server);
  assert.equal(notes.isOpen, false);
  server.isDown = false;
  await pass(clock);
  assert.equal(notes.isOpen, true);
  notes.type("The last word");
  notes.stop();
  await settle();
  assert.equal(server.text, "The last word");
  let asked = 0;
  server.ask = async () => { asked += 1; throw new Error("gone"); };
  notes.type("Too late");
  await pass(clock);
  assert.equal(asked, 0);
});

test("a letter that is composed while a write is under way is not doubled", async () => {
  const server = new Server();
  const [one, other] = [await page(server), await page(server, { me: 2 })];
  const ask = server.ask.bind(server);
  let answer;
  server.ask = (event, payload) => new Promise((resolve, reject) => { answer = () => ask(event, payload).then(resolve, reject); });
  one.notes.type("abc");
  await pass(one.clock, 500);
  other.notes.type("xyz");
  one.notes.hold(true);
  one.notes.type("abcd");
  one.notes.hold(false);
  await pass(one.clock, 500);
  server.ask = ask;
  await answer();
  for (let round = 0; round < 3; round += 1) for (const { clock } of [one, other]) await pass(clock);
  assert.equal(one.notes.text, server.text);
  assert.equal(server.text.split("abcd").length, 2);
  assert.equal(server.text.split("xyz").length, 2);
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
  assert.equal(both("\n", "x\n", "\ny"), "x\ny");
  assert.equal(both("", "", "x"), "x");
});
