// SPDX-License-Identifier: MIT
// What the heap of a connection is made of, at the peak of its handshake and idle: the image tells which function asked for each
// block (heapBlocks.c), and here is what that function wants it for.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { BOARD } from "./emulator.mjs";

const IMAGE = "budgetBlocks";
const TRANSPORT = "transport";

/** What the blocks are for, and the functions that ask for them. */
const USES = {
	"record buffers": ["growInput", "growOutput"],
	"state of handshake and session": ["ssl_handshake_init"],
	"keys of records": ["chachapoly_ctx_alloc", "gcm_ctx_alloc", "mbedtls_ssl_tls13_compute_handshake_transform",
		"mbedtls_ssl_tls13_compute_application_transform"],
	"transcript, key derivation": ["mbedtls_md_setup", "tls_prf_generic"],
	"server's certificate and key": ["mbedtls_ssl_parse_certificate", "mbedtls_ssl_tls13_process_certificate", "eckey_alloc_wrap",
		"rsa_alloc_wrap", "mbedtls_mpi_grow"],
	"trust: anchors, host": ["tlsTrustCreate", "tlsTrustAddAnchor", "tlsPeerNameSet"],
	"engine itself": ["tlsEngineCreate"],
	"ticket, server's name": ["mbedtls_ssl_set_hostname", "mbedtls_ssl_session_set_hostname",
		"mbedtls_ssl_handshake_client_step"], // the last: a ticket of TLS 1.2
	[TRANSPORT]: [],
};

/** Code address → name of the function that a call returns to. */
function functionsAt(addresses) {
	const calls = addresses.map((address) => (address - 2).toString(16)); // within the call, not behind it
	const lines = execFileSync("arm-none-eabi-addr2line", ["-f", "-e", join(BOARD, IMAGE), ...calls], { encoding: "utf8" }).trim().split("\n");
	return new Map(addresses.map((address, index) => [address, lines[2 * index]]));
}

function useOf(name) {
	const use = Object.keys(USES).find((each) => USES[each].includes(name));
	if (!use)
		throw new Error(`what ${name} allocates is for nothing that tests/device/heapBlocks.mjs knows`);
	return use;
}

/** Bytes by use, and all of them. */
function sums(blocks, functions) {
	const bytes = Object.fromEntries([...Object.keys(USES), "all"].map((use) => [use, 0]));
	for (const [caller, size] of blocks) {
		bytes[caller === 0 ? TRANSPORT : useOf(functions.get(caller))] += size;
		bytes.all += size;
	}
	return bytes;
}

/**
 * @param {(image: string) => Promise<{peak: number[][], now: number[][]}>} measure runs an image
 * @returns bytes by use, at the `peak` and `idle`
 */
export async function measureBlocks(measure) {
	const { peak, now } = await measure(IMAGE);
	const functions = functionsAt([...new Set([...peak, ...now].map(([caller]) => caller))].filter((caller) => caller !== 0));
	return { peak: sums(peak, functions), idle: sums(now, functions) };
}
