// SPDX-License-Identifier: MIT
// Debian packages: which are needed for what, and installing those that are missing.

import { spawnSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { run, say, StepError } from "./step.mjs";

/** What each purpose needs. */
export const PACKAGES = {
	demo: ["cmake", "ninja-build", "gcc", "libc6-dev", "pkg-config", "libglib2.0-dev", "bzip2", "xz-utils"],
	store: ["cmake", "ninja-build", "clang", "lld", "wasi-libc", "libclang-rt-dev-wasm32"],
	test: [
		// servers to talk to
		"openssl", "gnutls-bin", "nginx-light", "mosquitto",
		// a clock that jumps
		"libfaketime",
		// the desktop over lwIP
		"libslirp-dev",
		// the emulated board, the size on RV32, and that Xtensa compiles
		"gcc-arm-none-eabi", "libnewlib-arm-none-eabi", "qemu-system-arm",
		"gcc-riscv64-unknown-elf", "picolibc-riscv64-unknown-elf",
		"gcc-xtensa-lx106", "picolibc-xtensa-lx106-elf",
	],
	fuzz: ["clang", "libclang-rt-dev", "llvm", "libssl-dev"],
	benchmark: ["openssl", "libssl-dev", "valgrind"],
	lint: ["clang-format", "cppcheck", "git"],
};

const STEP = "installing Debian packages";

/**
 * Installs the packages of some purposes, if any is missing.
 * @param {string[]} purposes keys of PACKAGES
 * @throws {StepError} if this is not Debian, or not root, and something is missing
 */
export function installPackages(purposes) {
	const wanted = [...new Set(purposes.flatMap((purpose) => PACKAGES[purpose]))];
	const missing = missingOf(wanted);
	if (missing.length === 0)
		return;
	const command = `apt-get install --no-install-recommends ${missing.join(" ")}`;
	if (process.getuid() !== 0)
		throw new StepError(STEP, "this needs root", `run as root: ${command}`);
	say(`${STEP}: ${missing.join(" ")}`);
	const apt = ["apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300"];
	const env = { DEBIAN_FRONTEND: "noninteractive" };
	run("updating the package lists", [...apt, "update"], { env, advice: "check the network and the apt sources" });
	withoutStartingServices(() =>
		run(STEP, [...apt, "install", "--no-install-recommends", ...missing], { env, advice: `try by hand: ${command}` }));
}

/** Those of `wanted` that are not installed. */
function missingOf(wanted) {
	const query = spawnSync("dpkg-query", ["-W", "-f", "${Package} ${db:Status-Status}\n", ...wanted], { encoding: "utf8" });
	if (query.error)
		throw new StepError(STEP, "this is not a Debian system (there is no dpkg)",
			`use Debian 12 or later, for example in a container; these packages are needed: ${wanted.join(" ")}`);
	const installed = new Set(query.stdout.split("\n").filter((line) => line.endsWith(" installed")).map((line) => line.split(" ")[0]));
	return wanted.filter((name) => !installed.has(name));
}

/** Keeps a package's installation from starting its service (nginx, mosquitto): the tests start their own servers. */
function withoutStartingServices(work) {
	const policy = "/usr/sbin/policy-rc.d";
	if (existsSync(policy))
		return work();
	writeFileSync(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
	try {
		return work();
	}
	finally {
		rmSync(policy);
	}
}
