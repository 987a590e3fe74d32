// SPDX-License-Identifier: MIT
// ESLint: the recommended rules, and those about types for TypeScript.

import js from "@eslint/js";
import typescript from "typescript-eslint";

function readonly(...names) {
	return Object.fromEntries(names.map((name) => [name, "readonly"]));
}

export default [
	{ ignores: ["build/", "node_modules/", "native/mbedtls/vendor/", "src/*.js", "src/*.d.ts"] },
	js.configs.recommended,
	...typescript.configs.recommended.map((config) => ({ ...config, files: ["**/*.ts"] })),
	{
		files: ["scripts/**", "tests/**", "benchmarks/**", "**/*.mjs"],
		languageOptions: { globals: readonly("process", "Buffer", "console", "performance", "setTimeout", "clearTimeout", "setInterval", "clearInterval", "setImmediate", "URL", "WebAssembly") },
	},
	{
		// programs for XS
		files: ["src/**", "network/**", "examples/**", "runtime/**/*.js", "tests/**/*.js", "benchmarks/**/*.js"],
		languageOptions: { globals: readonly("native", "Native", "trace", "console", "TextDecoder", "TextEncoder", "Resource") },
	},
	{
		files: ["**/*.ts"],
		rules: {
			// what native() returns is declared by each caller; whether a callback is callable is all that can be checked
			"@typescript-eslint/no-explicit-any": "off",
			"@typescript-eslint/no-unsafe-function-type": "off",
		},
	},
	{
		rules: {
			"eqeqeq": "error",
			"no-var": "error",
			"prefer-const": "error",
			"no-constant-binary-expression": "error",
			"no-unused-vars": ["error", { args: "none" }],
			"no-shadow": ["error", { allow: ["t"] }], // the context of a test within a test
		},
	},
];
