import assert from "node:assert/strict";
import test from "node:test";
import { Spool } from "../../../static/js/live/recorder/spool.js";

/** IndexedDB as `idb` opens it, as far as a put needs it; each opening is counted. */
function opening(failing = []) {
  const opened = [];
  const open = async (_name, _version, { terminated }) => {
    const problem = failing.shift();
    opened.push(terminated);
    if (problem) throw problem;
    const number = opened.length;
    return { put: async (store, { number: piece }) => puts.push(`${store} ${piece} in ${number}`) };
  };
  const puts = [];
  return { open, opened, puts };
}

test("a database that the browser closes is opened anew", async () => {
  const { open, opened, puts } = opening();
  const spool = new Spool({ memory: null, open });
  await spool.put({ number: 0 });
  await spool.put({ number: 1 });
  opened[0]();
  await spool.put({ number: 2 });
  assert.deepEqual(puts, ["pieces 0 in 1", "pieces 1 in 1", "pieces 2 in 2"]);
});

test("one that could not be opened is tried again", async () => {
  const { open, puts } = opening([new DOMException("no", "UnknownError")]);
  const spool = new Spool({ memory: null, open });
  await assert.rejects(spool.put({ number: 0 }));
  await spool.put({ number: 0 });
  assert.deepEqual(puts, ["pieces 0 in 2"]);
});

test("a small memory that is full keeps no film from being recorded: the database has room of its own", async () => {
  const { open, puts } = opening();
  const memory = { setItem() { throw new DOMException("full", "QuotaExceededError"); } };
  await new Spool({ memory, open }).begin({ number: "one" });
  assert.deepEqual(puts, ["segments one in 1"]);
});
