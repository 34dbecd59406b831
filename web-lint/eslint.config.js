// What is checked in the page's JavaScript besides its types.

import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["**/vendor/**"] },
  js.configs.recommended,
  {
    files: ["**/*.js"],
    languageOptions: { ecmaVersion: 2024, sourceType: "module", globals: globals.browser },
    linterOptions: { reportUnusedDisableDirectives: true },
    rules: {
      "no-unused-vars": ["error", { argsIgnorePattern: "^_", destructuredArrayIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "no-console": ["error", { allow: ["error"] }],
      "no-implicit-globals": "error",
      "prefer-const": "error",
      eqeqeq: "error",
      "no-var": "error",
      "no-restricted-properties": [
        "error",
        { property: "innerHTML", message: "Build elements instead: text from outside must never become markup." },
        { property: "outerHTML", message: "Build elements instead: text from outside must never become markup." },
        { property: "insertAdjacentHTML", message: "Build elements instead." },
      ],
    },
  },
];
