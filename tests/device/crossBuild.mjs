// SPDX-License-Identifier: MIT
// CMake projects of this folder for other processors than the board's.

import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { BUILD, MBEDTLS_PREPARED } from "../../scripts/lib/paths.mjs";

/** Builds one, named by its folder; returns the build tree. */
export function crossBuild(name) {
	const tree = join(BUILD, name);
	const source = join(import.meta.dirname, name);
	const commands = [
		["cmake", "-S", source, "-B", tree, "-G", "Ninja", `-DCMAKE_TOOLCHAIN_FILE=${join(source, "toolchain.cmake")}`, `-DMBEDTLS_DIR=${MBEDTLS_PREPARED}`],
		["ninja", "-C", tree, "-j", String(availableParallelism()), "--quiet"],
	];
	for (const [program, ...parameters] of commands) {
		const { status, stdout, stderr, error } = spawnSync(program, parameters, { encoding: "utf8" });
		if (error || status !== 0)
			throw error ?? new Error(`${program} ended with ${status}\n${stdout}${stderr}`);
	}
	return tree;
}
