// SPDX-License-Identifier: MIT
// All mutants, and how one is made of a file.

import * as engine from "./engine.mjs";
import * as errors from "./errors.mjs";
import * as mbedtls from "./mbedtls.mjs";
import * as socket from "./socket.mjs";
import * as transport from "./transport.mjs";
import * as trust from "./trust.mjs";

/** @returns {{file: string, text: string, replacement: string, suites: string[], equal?: string}[]} `equal`: why no test can tell */
export function allMutants() {
	return [engine, errors, mbedtls, trust, transport, socket].flatMap(({ MUTANTS }) => MUTANTS.flatMap(({ file, suites, changes }) =>
		changes.map(([text, replacement, equal]) => ({ file, suites, text, replacement, equal }))));
}

/** What the file's content becomes. Undefined if the text is not there exactly once: the list is to be corrected. */
export function mutate(content, { text, replacement }) {
	const parts = content.split(text);
	return (parts.length === 2) ? parts.join(replacement) : undefined;
}
