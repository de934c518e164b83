import assert from "node:assert/strict";
import { test } from "node:test";
import { ShortMemory } from "../../../static/js/helpers/cache.js";
import { preference } from "../../../static/js/helpers/cookie.js";
import { nextEndpoint } from "../../../static/js/helpers/endpoints.js";
import { LARGEST_PICTURE, objectionToPicture, sizeText } from "../../../static/js/helpers/files.js";
import { placeBeside } from "../../../static/js/helpers/place.js";
import { isDocument, problemText } from "../../../static/js/helpers/problems.js";

test("a short memory forgets after its time and keeps only so many", () => {
  const memory = new ShortMemory(2, 1000);
  memory.set("a", 1, 0);
  memory.set("b", 2, 0);
  assert.equal(memory.get("a", 500), 1); // used last, so it stays
  memory.set("c", 3, 500);
  assert.equal(memory.get("b", 500), undefined);
  assert.equal(memory.get("a", 1500), undefined);
  memory.clear();
  assert.equal(memory.get("c", 600), undefined);
});

test("a preference cannot smuggle anything into the cookie", () => {
  assert.match(preference("tz", "Asia/Kolkata", true), /^tz=Asia\/Kolkata; path=\/;.*; secure$/);
  assert.match(preference("theme", "dark; domain=evil.example", false), /^theme=darkdomainevilexample; path/);
});

test("the endpoint after the last is the first, also when the address carries a namespace", () => {
  const all = ["https://a.example", "https://b.example"];
  assert.equal(nextEndpoint(all, "https://a.example/live"), "https://b.example");
  assert.equal(nextEndpoint(all, "https://b.example"), "https://a.example");
  assert.equal(nextEndpoint(all, "https://nobody.example"), "https://a.example");
});

test("a picture is refused with a sentence, before it travels", () => {
  assert.equal(objectionToPicture({ type: "image/png", size: 2000 }), "");
  assert.match(objectionToPicture({ type: "image/svg+xml", size: 2000 }), /JPEG, PNG or WebP/);
  assert.match(objectionToPicture({ type: "image/jpeg", size: LARGEST_PICTURE + 1 }), /10 MB/);
  assert.match(objectionToPicture({ type: "image/jpeg", size: 0 }), /empty/);
  assert.equal(sizeText(1_258_291), "1.2 MB");
  assert.equal(sizeText(10), "1 KB");
});

test("a pop-up lies right of its card, else left, else beneath, and always inside the window", () => {
  const box = { width: 300, height: 400 };
  const room = { width: 1000, height: 800 };
  assert.deepEqual(placeBeside({ left: 100, right: 300, top: 50, bottom: 300 }, box, room), { left: 310, top: 50 });
  assert.deepEqual(placeBeside({ left: 600, right: 900, top: 700, bottom: 790 }, box, room), { left: 290, top: 390 });
  const beneath = placeBeside({ left: 5, right: 355, top: 20, bottom: 200 }, box, { width: 360, height: 800 });
  assert.deepEqual(beneath, { left: 10, top: 210 });
});

test("every failure has a sentence, and a document is told from a fragment", () => {
  for (const status of [0, 401, 403, 404, 413, 429, 500, 503]) assert.ok(problemText(status).length > 15);
  assert.match(problemText(0), /Nothing is lost/);
  assert.ok(isDocument("\n <!DOCTYPE html><html>"));
  assert.ok(!isDocument("<section id=results>"));
});
