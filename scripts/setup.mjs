// SPDX-License-Identifier: MIT
// Set-up: installs and fetches what is missing, each thing once.
//
//     node scripts/setup.mjs [demo|store|test|fuzz|lint]…        (all of them by default)
//
// Debian packages need root; everything else lands in build/deps and node_modules. With the environment variable
// MBEDTLS_DIR, that source tree of Mbed TLS is used instead of the fetched one.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { installPackages, PACKAGES } from "./lib/debianPackages.mjs";
import { fetchDebianSource } from "./lib/debianSource.mjs";
import { fetchNpmSource, installNpmPackages } from "./lib/npmSource.mjs";
import { MBEDTLS_DIR } from "./lib/paths.mjs";
import { main, StepError } from "./lib/step.mjs";

/* 3.6 is Mbed TLS's long-term support branch; 3.6.6 fails with RSA certificates and TLS 1.2. */
const MBEDTLS = {
	name: "mbedtls",
	package: "mbedtls",
	suites: ["sid", "testing"],
	version: "3.6.7",
	sha256: "a7e8bcbec0e6f761b4af24f25677626b35f762f68eef79c08677a363212d11f6",
	accepts: (version) => /^3\.6\.\d+$/.test(version) && Number(version.split(".")[2]) >= 7,
	advice: "set MBEDTLS_DIR to the sources of Mbed TLS 3.6.7 or a later 3.6",
};

const LWIP = {
	name: "lwip",
	package: "lwip",
	suites: ["trixie"],
	version: "2.2.1",
	sha256: "83729c274c499d3348e9fbbe043a3113f3fa8953e7efddc7c21c7fcbb1f2b7b1",
	accepts: (version) => /^2\.2\.\d+$/.test(version),
	advice: "check that the Debian mirror carries the suite trixie",
};

const XS = {
	name: "xs",
	package: "@agoric/xsnap",
	version: "0.15.0",
	integrity: "sha512-ZBm4DZxbtfacxMHVVdJjZi0Y8zOxN77vpu1WwI5RWfPkaRh0aHkz/dVdTGKXalDNzWfz183lljKxlxl3/h0n+A==",
	folder: "moddable",
};

/**
 * Makes everything ready for some purposes.
 * @param {("demo"|"store"|"test"|"fuzz"|"lint")[]} purposes
 */
export function setUp(purposes) {
	installPackages(purposes);
	installNpmPackages();
	fetchNpmSource(XS);
	if (process.env.MBEDTLS_DIR)
		checkMbedtls(MBEDTLS_DIR);
	else
		fetchDebianSource(MBEDTLS);
	if (purposes.includes("test"))
		fetchDebianSource(LWIP);
}

function checkMbedtls(folder) {
	if (!existsSync(join(folder, "include", "mbedtls", "ssl.h")))
		throw new StepError("looking for Mbed TLS", `MBEDTLS_DIR is ${folder}, which has no include/mbedtls/ssl.h`,
			"set it to a source tree of Mbed TLS, or unset it");
}

if (import.meta.filename === process.argv[1])
	await main(() => {
		const purposes = process.argv.slice(2);
		const unknown = purposes.find((purpose) => !(purpose in PACKAGES));
		if (unknown)
			throw new StepError("set-up", `there is nothing called "${unknown}"`, `choose from ${Object.keys(PACKAGES).join(", ")}`);
		setUp(purposes.length ? purposes : Object.keys(PACKAGES));
	});
