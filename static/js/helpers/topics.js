const NUDGE = /nudge:([\w:-]+)/g;

/**
 * The nudge topics named in hx-trigger attributes, each once.
 * @param {string[]} triggers
 * @returns {Set<string>}
 */
export function topicsIn(triggers) {
  const topics = new Set();
  for (const trigger of triggers) for (const [, topic] of trigger.matchAll(NUDGE)) topics.add(topic);
  return topics;
}

const MOST_TOPICS = 12;
const LONGEST_TOPIC = 40;

/**
 * What somebody typed into "Topics covered", as clean topics: split at commas and line breaks, trimmed, no repeats.
 * @param {string} text
 * @param {string[]} known what is there already
 * @returns {string[]} the new ones
 */
export function splitTopics(text, known = []) {
  const seen = new Set(known.map(fold));
  const fresh = [];
  for (const part of text.split(/[,;\n]/)) {
    const topic = part.replace(/\s+/g, " ").trim().slice(0, LONGEST_TOPIC);
    if (!topic || seen.has(fold(topic)) || known.length + fresh.length >= MOST_TOPICS) continue;
    seen.add(fold(topic));
    fresh.push(topic);
  }
  return fresh;
}

const fold = (topic) => topic.toLocaleLowerCase();
