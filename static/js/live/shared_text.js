/** One text with two people's changes, line by line; where both changed the same line, both their words stay. */

/** @param {string} ancestor what both began with @param {string} mine @param {string} theirs @returns {string} */
export function both(ancestor, mine, theirs) {
  if (mine === ancestor || mine === theirs) return theirs;
  if (theirs === ancestor) return mine;
  const lines = ancestor.split("\n");
  const [own, others] = [hunks(lines, mine.split("\n")), hunks(lines, theirs.split("\n"))];
  const merged = [];
  let at = 0;
  while (own.length || others.length) {
    const from = Math.min(own[0]?.from ?? Infinity, others[0]?.from ?? Infinity);
    let to = from;
    const group = [[], []];
    for (let grew = true; grew;) { // all that touches what was changed so far
      grew = false;
      for (const [side, left] of [[0, own], [1, others]]) {
        if (!left.length || left[0].from > to) continue;
        to = Math.max(to, left[0].to);
        group[side].push(left.shift());
        grew = true;
      }
    }
    merged.push(...lines.slice(at, from), ...bothHunks(lines, from, to, ...group));
    at = to;
  }
  return [...merged, ...lines.slice(at)].join("\n");
}

function bothHunks(lines, from, to, own, others) {
  const [mine, theirs] = [own, others].map((side) => patched(lines, from, to, side));
  if (!own.length) return theirs;
  if (!others.length) return mine;
  if (from === to) return mine.join("\n") === theirs.join("\n") ? mine : [...theirs, ...mine];
  const words = bothWords(lines.slice(from, to).join("\n"), mine.join("\n"), theirs.join("\n"));
  return words === "" && !mine.length && !theirs.length ? [] : words.split("\n");
}

/** The lines of a stretch as one side has them. */
function patched(lines, from, to, side) {
  const found = [];
  let at = from;
  for (const hunk of side) {
    found.push(...lines.slice(at, hunk.from), ...hunk.lines);
    at = hunk.to;
  }
  return [...found, ...lines.slice(at, to)];
}

function bothWords(ancestor, mine, theirs) {
  if (mine === theirs) return mine;
  const [own, other] = [change(ancestor, mine), change(ancestor, theirs)];
  const [first, second] = own.from < other.from ? [own, other] : [other, own];
  if (first.to <= second.from) {
    return ancestor.slice(0, first.from) + first.words + ancestor.slice(first.to, second.from) + second.words + ancestor.slice(second.to);
  }
  const words = own.words === other.words ? other.words : other.words + own.words;
  return ancestor.slice(0, first.from) + words + ancestor.slice(Math.max(own.to, other.to));
}

/** Which lines were changed into which: what is not in the longest common run of lines. */
function hunks(before, after) {
  const { from, to, words } = change(before, after);
  const [old, fresh] = [before.slice(from, to), words];
  if (old.length * fresh.length > 250_000) return [{ from, to, lines: fresh }];
  const common = Array.from({ length: old.length + 1 }, () => new Uint16Array(fresh.length + 1));
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = fresh.length - 1; j >= 0; j -= 1) {
      common[i][j] = old[i] === fresh[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
    }
  }
  const found = [];
  let open = null;
  for (let i = 0, j = 0; i < old.length || j < fresh.length;) {
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
      open = null;
      i += 1;
      j += 1;
      continue;
    }
    if (!open) found.push((open = { from: from + i, to: from + i, lines: [] }));
    if (j < fresh.length && (i === old.length || common[i][j + 1] >= common[i + 1][j])) open.lines.push(fresh[j++]);
    else open.to = from + (i += 1);
  }
  return found;
}

/** What lies between the same beginning and the same end, of two texts or lists: there `words` stand now. */
export function change(before, after) {
  let from = 0;
  const most = Math.min(before.length, after.length);
  while (from < most && before[from] === after[from]) from += 1;
  if (isLeft(before[from - 1])) from -= 1; // never through the middle of a letter of two halves
  let same = 0;
  while (same < most - from && before[before.length - 1 - same] === after[after.length - 1 - same]) same += 1;
  if (isRight(before[before.length - same])) same -= 1;
  return { from, to: before.length - same, words: after.slice(from, after.length - same) };
}

const isLeft = (half) => /^[\uD800-\uDBFF]$/.test(half ?? "");
const isRight = (half) => /^[\uDC00-\uDFFF]$/.test(half ?? "");
