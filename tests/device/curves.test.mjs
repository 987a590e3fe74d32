// SPDX-License-Identifier: MIT
// native/curves in the board's assembly, and Mbed TLS over it: what tests/curves asks the portable C, in a shorter form unless
// TLS_LONG is in the environment.

import { test } from "node:test";
import { asker, assertRight } from "../curves/ask.mjs";
import { exchanges, factorQuestions, fieldQuestions, gcm, ladderQuestions, lowOrder, multiples, polynomials, randomSignatures, specialSignatures } from "../curves/questions.mjs";
import { iterations, rfc6979, rfc7748 } from "../curves/vectors.mjs";
import { runImage } from "./emulator.mjs";

const LONG = Boolean(process.env.TLS_LONG);

const ask = asker((path) => runImage("curvesTest", [path], { limit: LONG ? 3_600_000 : 300_000 }));

function check(name, make) {
	test(name, async () => {
		const questions = make();
		assertRight(questions, await ask(questions));
	});
}

/** One of so many. */
const some = (questions, every) => questions.filter((_, i) => i % every === 0);

check("fields: boundaries and random numbers", () => fieldQuestions(LONG ? 20_000 : 200, LONG ? 1 : 7));
check("steps of the ladder", () => ladderQuestions(LONG ? 20_000 : 200));
check("factors of a verification", () => factorQuestions(LONG ? 1 : 37));
check("ECDSA: special cases", () => LONG ? specialSignatures() : some(specialSignatures(499), 9));
check("ECDSA: OpenSSL's signatures, and changed ones", () => randomSignatures(LONG ? 500 : 4));
check("ECDSA: RFC 6979", () => some(rfc6979(), LONG ? 1 : 3));
check("multiples of points", () => some(multiples(LONG ? 100 : 1), LONG ? 1 : 4));
check("X25519: RFC 7748", rfc7748);
check("X25519: iterated", () => iterations(LONG ? 1_000 : 10));
check("X25519: as OpenSSL", () => exchanges(LONG ? 500 : 10));
check("X25519: points of low order", lowOrder);
check("GCM: products", () => polynomials(LONG ? 10_000 : 300));
check("GCM: as OpenSSL", () => gcm(LONG ? 2_000 : 100));
