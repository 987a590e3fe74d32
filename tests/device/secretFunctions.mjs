// SPDX-License-Identifier: MIT
// What each function of native/curves that calculates with secrets is given, and parts of them: for secretFlow.mjs. See
// tlsWords.h, tlsField.h, tlsGhash.h, tlsLadder.h.

import { execFileSync } from "node:child_process";
import { BUFFER, follow, OPEN, parse, SECRET, TABLE } from "./secretFlow.mjs";

/** The functions of an object file or image, as `follow` takes them. */
export const disassemble = (path) => parse(execFileSync("arm-none-eabi-objdump", ["-d", "--no-show-raw-insn", path], { encoding: "utf8", maxBuffer: 1 << 28 }));

export const buffers = (...names) => Object.fromEntries(names.map((name) => [name, BUFFER]));
const words = { in: { ...buffers("r0", "r1", "r2"), r3: OPEN } };
const reduction = { in: buffers("r0", "r1") };
const fold = { in: { r0: BUFFER, r1: SECRET } };
const once = { ...fold, out: { r0: BUFFER, r4: SECRET, r5: SECRET, r6: SECRET, r7: SECRET } };
const field = (...names) => ({ in: { r0: TABLE, ...buffers(...names) } });

/** A row is a part of a product, and what is done once is a half of a fold, in registers of their own: in assembly only. */
export const KNOWN = {
	tlsWordsAdd: words,
	tlsWordsSubtract: words,
	tlsWordsProduct: { in: { r0: SECRET, r1: SECRET }, out: { r0: SECRET, r1: SECRET } },
	tlsWordsPolynomial: { in: { r0: SECRET, r1: SECRET }, out: { r0: SECRET } },
	tlsWordsMultiply: words,
	tlsWordsAddProduct: { in: { ...buffers("r0", "r1"), r2: SECRET, r3: OPEN } },
	tlsWordsSquare: { in: { ...buffers("r0", "r1"), r2: OPEN } },
	tlsWordsRow: { in: buffers("r0", "r1", "ip"), out: { ...buffers("r0", "r1", "ip"), r4: SECRET, r5: SECRET, r6: SECRET, r7: SECRET } },
	tlsWordsPartOfRow: { in: { ...buffers("r0", "r1", "ip"), r7: BUFFER }, out: { ...buffers("r0", "r1", "ip"), r4: SECRET, r5: SECRET, r6: SECRET, r7: SECRET } },
	tlsWordsClear: { in: { r0: BUFFER, r3: OPEN }, out: { r0: BUFFER, r1: SECRET, r2: SECRET, r3: OPEN, r4: OPEN, r5: OPEN, r6: OPEN, ip: BUFFER } },
	tlsWordsReduceP256: reduction,
	tlsWordsReduceP384: reduction,
	tlsWordsReduce25519: reduction,
	tlsWordsFoldP256: fold,
	tlsWordsFoldP384: fold,
	tlsWordsFold25519: fold,
	tlsWordsOnceP256: once,
	tlsWordsOnceP384: once,
	tlsWordsOnce25519: once,
	tlsFieldAdd: field("r1", "r2", "r3"),
	tlsFieldSubtract: field("r1", "r2", "r3"),
	tlsFieldMultiply: { in: { ...field("r1", "r2", "r3").in, stack: [BUFFER] } },
	tlsFieldSquare: field("r1", "r2", "r3"),
	tlsFieldAddSmall: { in: { ...field("r1", "r2", "r3").in, stack: [OPEN] } },
	tlsFieldInvert: field("r1", "r2"),
	tlsFieldNormalize: field("r1", "r2"),
	tlsFieldIsZero: field("r1"),
	tlsPointDouble: field("r1", "r2"),
	tlsGhashSetKey: { in: buffers("r0", "r1") },
	tlsGhashMultiply: { in: buffers("r0", "r1", "r2") },
	tlsLadderStep: { in: buffers("r0") },
};

/** Parts of them, if the compiler makes functions of these. */
const PARTS = {
	reduce: { in: { ...buffers("r0", "r1"), r2: TABLE, r3: OPEN } },
	fold: { in: { r0: BUFFER, stack: [TABLE, OPEN] } },
	loadElement: { in: buffers("r0", "r1") },
	reverseWord: { in: { r0: SECRET } },
	reverseElement: { in: buffers("r0", "r1") },
	convolveTwo: { in: buffers("r0", "r1", "r2") },
	convolveKey: { in: buffers("r0", "r1", "r2") },
};
const C_LIBRARY = { memcpy: { in: { ...buffers("r0", "r1"), r2: OPEN } }, memset: { in: { r0: BUFFER, r2: OPEN } } };

/** The names of those functions, and of parts of them, that an image has. */
export const namesIn = (image) => [...Object.keys(KNOWN), ...Object.keys(PARTS)].filter((name) => image.has(name));

/** What is found in one of them. */
export const followKnown = (image, name) => follow(image, name, { ...KNOWN, ...PARTS, ...C_LIBRARY });

/** The tables of an image that are looked up at secret places, with the section in which each lies. */
export function secretTables(path) {
	const symbols = execFileSync("arm-none-eabi-objdump", ["-t", path], { encoding: "utf8", maxBuffer: 1 << 28 });
	return [...symbols.matchAll(/ O (\S+)\s+\S+ (FSb|FT\d|last\d)$/gm)].map(([, section, name]) => `${name} ${section}`).sort();
}
