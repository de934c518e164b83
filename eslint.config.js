// What the linter of our scripts minds. Small and strict: likely mistakes, nothing about style.
import js from "@eslint/js";
import globals from "globals";

const limits = {
  "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
  "max-lines-per-function": ["error", { max: 50, skipBlankLines: true, skipComments: true }],
};

export default [
  { ignores: ["node_modules/", "static/dist/", "instance/", ".venv/"] },
  js.configs.recommended,
  {
    files: ["static/js/**/*.js"],
    languageOptions: { globals: globals.browser },
    rules: {
      ...limits,
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-var": "error",
      "prefer-const": "error",
      "no-console": "error",
      "no-shadow": "error",
      "preserve-caught-error": "off", // people see our own sentence; the cause is the browser's
      "no-unused-vars": ["error", { argsIgnorePattern: "^_", caughtErrors: "none" }],
    },
  },
  // The room's composition root wires its parts to each other: long, and without logic.
  { files: ["static/js/live/room.js"], rules: { "max-lines-per-function": ["error", { max: 150, skipBlankLines: true, skipComments: true }] } },
  { files: ["tests/js/**/*.js", "bin/**/*.mjs"], languageOptions: { globals: globals.node } },
];
