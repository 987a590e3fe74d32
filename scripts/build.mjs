// SPDX-License-Identifier: MIT
// Builds what has changed.
//
//     node scripts/build.mjs [desktop|desktop-asan|desktop-lwip|desktop-mbedtls4|fuzz|board|store][:TARGET]…        (desktop by default)
//
// Each is a CMake build tree of that name in build/, or one of its targets. Expects the set-up to be done. (bin/xsrun compiles TypeScript.)
// desktop-lwip is the desktop's runtime over lwIP in a thread of its own, under ThreadSanitizer;
// desktop-mbedtls4 is the desktop with Mbed TLS 4.x, whose source tree the environment variable MBEDTLS4 names.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { checkMbedtls4 } from "./lib/mbedtls4.mjs";
import { prepareMbedtls } from "./lib/mbedtlsSource.mjs";
import { BUILD, LWIP_DIR, MBEDTLS4, MBEDTLS_PREPARED, ROOT, XS_DIR } from "./lib/paths.mjs";
import { main, run, say, StepError } from "./lib/step.mjs";

/** CMake's settings for each build tree. */
const TREES = {
	"desktop": ["-DCMAKE_BUILD_TYPE=Release"],
	"desktop-asan": ["-DCMAKE_BUILD_TYPE=RelWithDebInfo", "-DTLS_SANITIZE=ON"],
	"desktop-mbedtls4": ["-DCMAKE_BUILD_TYPE=Release", `-DMBEDTLS_DIR=${MBEDTLS4}`],
	"desktop-lwip": ["-DCMAKE_BUILD_TYPE=RelWithDebInfo", "-DTLS_LWIP_THREAD=ON"],
	"fuzz": ["-DCMAKE_BUILD_TYPE=RelWithDebInfo", "-DCMAKE_C_COMPILER=clang", "-DTLS_SANITIZE=ON", "-DTLS_FUZZ=ON"],
	"store": ["-DCMAKE_BUILD_TYPE=Release", `-DCMAKE_TOOLCHAIN_FILE=${join(ROOT, "store", "client", "toolchain.cmake")}`],
	"board": ["-DCMAKE_BUILD_TYPE=Release", `-DCMAKE_TOOLCHAIN_FILE=${join(ROOT, "runtime", "board", "toolchain.cmake")}`],
};

/**
 * Builds all of a tree, or some targets of it.
 * @param {string} name key of TREES
 * @param {string[]} [targets] CMake's targets
 */
export function build(name, targets = []) {
	if (name === "desktop-mbedtls4")
		checkMbedtls4();
	else
		prepareMbedtls();
	const tree = join(BUILD, name);
	const settings = [`-DXS_DIR=${XS_DIR}`, `-DMBEDTLS_DIR=${MBEDTLS_PREPARED}`, `-DLWIP_DIR=${LWIP_DIR}`, ...TREES[name]].join("\n");
	const stamp = join(tree, ".settings");
	if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== settings) {
		say(`building ${name}, which takes a while the first time`);
		run(`configuring ${name}`, ["cmake", "-S", ROOT, "-B", tree, "-G", "Ninja", ...settings.split("\n")],
			{ advice: `delete ${tree} and run this again; if that does not help, read what CMake says above` });
		writeFileSync(stamp, settings);
	}
	run(`building ${name}`, ["ninja", "-C", tree, "-j", String(availableParallelism()), "--quiet", ...targets],
		{ show: true, advice: "the compiler's message above says what is wrong" });
}

if (import.meta.filename === process.argv[1])
	await main(() => {
		const wanted = (process.argv.length > 2) ? process.argv.slice(2).map((text) => text.split(":")) : [["desktop"]];
		const unknown = wanted.find(([name]) => !(name in TREES));
		if (unknown)
			throw new StepError("building", `there is no build tree "${unknown[0]}"`, `choose from ${Object.keys(TREES).join(", ")}`);
		for (const [name, ...targets] of wanted)
			build(name, targets);
	});
