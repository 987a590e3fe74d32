// SPDX-License-Identifier: MIT
// Upstream sources out of a Debian source package, taken from another suite than the machine's own.
//
// apt does the work, with a configuration, a sources list and a state of its own under build/deps/apt, so that the
// system's are not touched. What it downloads is checked by Debian's signature: of the suite's index, whose hashes
// cover the tarball. The mirror is the one that the machine already uses.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DEPS } from "./paths.mjs";
import { once, run, say, StepError } from "./step.mjs";

const APT = join(DEPS, "apt");
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * Puts the upstream sources of a package into build/deps/NAME, once.
 * @param {object} source
 * @param {string} source.name the folder
 * @param {string} source.package the Debian source package
 * @param {string[]} source.suites looked through in this order
 * @param {string} source.version the upstream version wanted
 * @param {string} source.sha256 of that version's upstream tarball
 * @param {(version: string) => boolean} source.accepts whether another upstream version will do, should that one be gone
 * @param {string} source.advice what to do if there is none
 */
export function fetchDebianSource(source) {
	const folder = join(DEPS, source.name);
	once(join(folder, ".fetched"), `${source.package} ${source.version} ${source.sha256}`, () => {
		const step = `fetching the sources of ${source.package}`;
		say(`${step} ${source.version}`);
		const { tarball, version } = download(step, source);
		if (version === source.version)
			checkHash(step, tarball, source.sha256);
		else
			say(`${source.package} ${source.version} is no longer there: took ${version}, checked by Debian's signature only`);
		unpack(step, tarball, folder);
		rmSync(APT, { recursive: true });
	});
}

/** Downloads the tarball from the first suite that has an acceptable version. */
function download(step, source) {
	for (const suite of source.suites) {
		const apt = prepareApt(step, suite);
		const found = choose(listVersions(step, apt, source.package), source);
		if (!found)
			continue;
		const folder = join(APT, `${source.package}-${found}`);
		rmSync(folder, { recursive: true, force: true });
		mkdirSync(folder, { recursive: true });
		run(step, ["apt-get", "-c", apt, "-q", "source", "--download-only", "--tar-only", "--only-source", `${source.package}=${found}`],
			{ cwd: folder, advice: "check the network, then run this again" });
		const tarball = readdirSync(folder).find((name) => /\.orig\.tar\.\w+$/.test(name));
		if (!tarball)
			throw new StepError(step, `${source.package} ${found} has no upstream tarball`, source.advice);
		return { tarball: join(folder, tarball), version: upstreamOf(found) };
	}
	throw new StepError(step, `${source.suites.join(", ")}: no ${source.package} ${source.version}, nor one that could replace it`, source.advice);
}

/** Makes apt ready for the sources of one suite; returns its configuration file. */
function prepareApt(step, suite) {
	const base = join(APT, suite);
	const configuration = join(base, "apt.conf");
	mkdirSync(join(base, "lists", "partial"), { recursive: true });
	mkdirSync(join(base, "cache", "archives", "partial"), { recursive: true });
	writeFileSync(join(base, "sources.list"), `deb-src [signed-by=${KEYRING}] ${mirror(step)} ${suite} main\n`);
	writeFileSync(configuration, [
		`Dir::Etc::sourcelist "${base}/sources.list";`,
		`Dir::Etc::sourceparts "-";`,
		`Dir::State::lists "${base}/lists";`,
		`Dir::Cache "${base}/cache";`,
		`Acquire::Languages "none";`,
		`Acquire::Retries "3";`,
		`APT::Update::Error-Mode "any";`,
		...(process.getuid() === 0 ? [`APT::Sandbox::User "root";`] : []),
		"",
	].join("\n"));
	run(`reading the index of Debian ${suite}`, ["apt-get", "-c", configuration, "-q", "update"],
		{ advice: "check the network; the package debian-archive-keyring must know this suite's key" });
	return configuration;
}

/** The address of the Debian mirror that this machine uses. */
function mirror(step) {
	const query = () => run(step, ["apt-get", "indextargets", "--format", "$(ORIGIN)/$(LABEL) $(REPO_URI)"])
		.split("\n").find((line) => line.startsWith("Debian/Debian "));
	let line = query();
	if (!line && process.getuid() === 0) {
		run("updating the package lists", ["apt-get", "-q", "update"], { advice: "check the network and the apt sources" });
		line = query();
	}
	if (!line)
		throw new StepError(step, "apt knows no Debian mirror", "run `apt-get update` as root with a Debian mirror among apt's sources");
	return line.split(" ")[1];
}

/** The Debian versions of a source package that a suite has. */
function listVersions(step, apt, name) {
	const index = run(step, ["apt-get", "-c", apt, "indextargets", "--format", "$(FILENAME)", "Created-By: Sources"]).trim();
	if (!index)
		throw new StepError(step, "the suite has no index of sources", "run this again");
	return run(step, ["/usr/lib/apt/apt-helper", "cat-file", index])
		.split("\n\n")
		.filter((paragraph) => paragraph.startsWith(`Package: ${name}\n`))
		.map((paragraph) => /^Version: (.*)$/m.exec(paragraph)[1]);
}

/** The wanted version, or else the newest acceptable one; undefined if there is none. */
function choose(versions, source) {
	const newestFirst = [...versions].sort((a, b) => b.localeCompare(a, "en", { numeric: true }));
	return newestFirst.find((version) => upstreamOf(version) === source.version)
		?? newestFirst.find((version) => source.accepts(upstreamOf(version)));
}

/** "1:2.2.1+dfsg1-2" is the upstream version "2.2.1". */
function upstreamOf(version) {
	return version.replace(/^\d+:/, "").replace(/-[^-]*$/, "").replace(/\+.*$/, "");
}

function checkHash(step, file, sha256) {
	const found = createHash("sha256").update(readFileSync(file)).digest("hex");
	if (found !== sha256)
		throw new StepError(step, `the SHA-256 of ${file} is ${found}, not ${sha256}`, "do not use it; report this");
}

/** Unpacks into a folder beside `folder` first, so that an interrupted run leaves no half tree. */
function unpack(step, tarball, folder) {
	const fresh = `${folder}.new`;
	rmSync(fresh, { recursive: true, force: true });
	mkdirSync(fresh, { recursive: true });
	run(step, ["tar", "-xf", tarball, "-C", fresh, "--strip-components=1"], { advice: "check the disk's free space" });
	if (existsSync(folder))
		rmSync(folder, { recursive: true });
	renameSync(fresh, folder);
}
