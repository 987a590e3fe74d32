// SPDX-License-Identifier: MIT
// The XS engine's sources out of an npm package, and the development tools that package-lock.json names.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DEPS, ROOT } from "./paths.mjs";
import { once, run, say, StepError } from "./step.mjs";

/**
 * Puts one folder of an npm package into build/deps/NAME, once. Nothing of the package is run.
 * @param {{name: string, package: string, version: string, integrity: string, folder: string}} source `integrity`: the
 *     tarball's, as the registry and package-lock.json write it (sha512-…)
 */
export function fetchNpmSource(source) {
	const target = join(DEPS, source.name);
	const specifier = `${source.package}@${source.version}`;
	once(join(target, ".fetched"), `${specifier} ${source.integrity}`, () => {
		const step = `fetching ${specifier}`;
		say(step);
		const fresh = `${target}.new`;
		rmSync(fresh, { recursive: true, force: true });
		mkdirSync(fresh, { recursive: true });
		const packed = run(step, ["npm", "pack", specifier, "--ignore-scripts", "--json", "--loglevel=error", "--pack-destination", fresh],
			{ cwd: fresh, advice: "check the network and npm's configuration, then run this again" });
		const tarball = join(fresh, JSON.parse(packed)[0].filename);
		const integrity = `sha512-${createHash("sha512").update(readFileSync(tarball)).digest("base64")}`;
		if (integrity !== source.integrity)
			throw new StepError(step, `its integrity is ${integrity}, not ${source.integrity}`, "do not use it; report this");
		run(step, ["tar", "-xf", tarball, "-C", fresh, `package/${source.folder}`], { advice: "check the disk's free space" });
		rmSync(target, { recursive: true, force: true });
		renameSync(join(fresh, "package", source.folder), target);
		rmSync(fresh, { recursive: true });
	});
}

/** Installs the development tools into node_modules, exactly as locked. */
export function installNpmPackages() {
	const step = "installing npm packages";
	const lock = readFileSync(join(ROOT, "package-lock.json"));
	const modules = join(ROOT, "node_modules");
	once(join(modules, ".set-up"), createHash("sha256").update(lock).digest("hex"), () => {
		say(step);
		run(step, ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
			{ cwd: ROOT, advice: "check the network and npm's configuration, then run this again" });
		if (!existsSync(modules))
			throw new StepError(step, "npm made no node_modules", "run `npm ci` by hand and read what it says");
	});
}
