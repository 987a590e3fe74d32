// SPDX-License-Identifier: MIT
// native/curves in portable C, under the sanitizers, and Mbed TLS over it: against big integers, OpenSSL, test vectors, and the
// library's own code. TLS_LONG in the environment makes it many more cases.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { BUILD } from "../../scripts/lib/paths.mjs";
import { asker, assertRight } from "./ask.mjs";
import { exchanges, factorQuestions, fieldQuestions, gcm, ladderQuestions, lowOrder, multiples, polynomials, randomSignatures, signature, specialSignatures } from "./questions.mjs";
import { iterations, rfc6979, rfc7748 } from "./vectors.mjs";
import { P256 } from "./reference.mjs";

const LONG = Boolean(process.env.TLS_LONG);

const program = (tree, name) => asker(async (path) =>
	(await promisify(execFile)(join(BUILD, tree, "tests", "curves", name), [path], { maxBuffer: 1 << 30 })).stdout);
const ask = program("desktop-asan", "curvesTest");
const askLibrary = program("desktop", "libraryCurvesTest");

/** Asks ours, and the library where it is said that it can answer. */
function check(name, make, { library = false } = {}) {
	test(name, async () => {
		const questions = make();
		const answers = await ask(questions);
		assertRight(questions, answers);
		if (library)
			assert.deepEqual(await askLibrary(questions), answers);
	});
}

check("fields: boundaries and random numbers", () => fieldQuestions(LONG ? 20_000 : 300, LONG ? 1 : 5));
check("steps of the ladder", () => ladderQuestions(LONG ? 20_000 : 300));
check("factors of a verification", () => factorQuestions(LONG ? 1 : 7));
check("ECDSA: special cases", () => specialSignatures(LONG ? 1 : 101), { library: true });
check("ECDSA: OpenSSL's signatures, and changed ones", () => randomSignatures(LONG ? 50_000 : 40), { library: true });
check("ECDSA: RFC 6979", rfc6979, { library: true });
check("multiples of points", () => multiples(LONG ? 1_000 : 4), { library: true });
check("X25519: RFC 7748", rfc7748, { library: true });
check("X25519: iterated", () => iterations(LONG ? 1_000 : 100), { library: true });
check("X25519: as OpenSSL", () => exchanges(LONG ? 5_000 : 50), { library: true });
check("X25519: points of low order", lowOrder, { library: true });
check("GCM: products", () => polynomials(LONG ? 100_000 : 1_000));
check("GCM: as OpenSSL", () => gcm(LONG ? 10_000 : 400), { library: true });

test("a wrong answer is noticed", async () => {
	const [good] = [signature(P256)].map(({ digest, key, r, s }) =>
		`ecdsa p256 ${digest.toString("hex")} ${[...key, r, s].map((value) => value.toString(16).padStart(64, "0")).join(" ")}`);
	const questions = [{ what: "the contrary", text: good, is: (answer) => answer === "no" }];
	const answers = await ask(questions);
	assert.throws(() => assertRight(questions, answers), /1 of 1 are wrong/);
});
