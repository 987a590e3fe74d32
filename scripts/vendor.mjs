// SPDX-License-Identifier: MIT
// Copies what a Moddable SDK build needs of Mbed TLS to native/mbedtls/vendor, from build/deps/mbedtls or MBEDTLS_DIR,
// prepared as for every build (lib/mbedtlsSource.mjs).
//
//     node scripts/vendor.mjs
//
// The SDK compiles whole folders, names objects by the base name of their source and drops one of two with the same
// name; and every folder with a header in it becomes an include directory of every source. Hence this layout:
//
//     mbedtls/, psa/       public headers; vendor/ itself is the include directory
//     library/             the library's own sources and headers, in no manifest
//     tlsmbed_NAME.c       the one line that includes library/NAME.c
//     mbedtls/mbedtls_config.h    includes this project's configuration: there is no way to name it to the compiler

import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { prepareMbedtls } from "./lib/mbedtlsSource.mjs";
import { MBEDTLS_PREPARED, ROOT } from "./lib/paths.mjs";
import { main, once, StepError } from "./lib/step.mjs";

const VENDOR = join(ROOT, "native", "mbedtls", "vendor");
const STEP = "vendoring Mbed TLS";

/** The sources that are not empty under tlsMbedtlsConfig.h, on one platform or another. */
const SOURCES = [
	// ciphers and digests
	"aes", "aesce", "aesni", "block_cipher", "chacha20", "chachapoly", "cipher", "cipher_wrap", "gcm", "hkdf", "md", "poly1305",
	"sha256", "sha512",
	// public keys
	"asn1parse", "asn1write", "bignum", "bignum_core", "constant_time", "ecdh", "ecdsa", "ecp", "ecp_curves", "oid", "pk",
	"pk_ecc", "pk_wrap", "pkparse", "rsa", "rsa_alt_helpers",
	// PSA, which TLS 1.3 is built on
	"psa_crypto", "psa_crypto_aead", "psa_crypto_cipher", "psa_crypto_client", "psa_crypto_driver_wrappers_no_static",
	"psa_crypto_ecp", "psa_crypto_hash", "psa_crypto_mac", "psa_crypto_rsa", "psa_crypto_slot_management", "psa_util",
	// TLS
	"mps_reader", "ssl_ciphersuites", "ssl_client", "ssl_msg", "ssl_tls", "ssl_tls12_client", "ssl_tls13_client",
	"ssl_tls13_generic", "ssl_tls13_keys",
	// certificates
	"x509", "x509_crt",
	// platform
	"platform", "platform_util", "threading",
];

const WRAPPER = (name) => `/* Made by scripts/vendor.mjs: an object name that nothing else has. */\n#include "library/${name}.c"\n`;

const CONFIGURATION = "/* Made by scripts/vendor.mjs, in place of Mbed TLS's default. */\n#include \"tlsMbedtlsConfig.h\"\n";

/** Brings native/mbedtls/vendor up to date. */
export function vendor() {
	prepareMbedtls();
	const prepared = readFileSync(join(MBEDTLS_PREPARED, ".prepared"), "utf8");
	const inputs = `${prepared}\n${readFileSync(import.meta.filename, "utf8")}`;
	once(join(VENDOR, ".vendored"), inputs, () => {
		const fresh = `${VENDOR}.new`;
		rmSync(fresh, { recursive: true, force: true });
		for (const [file, target] of closure(MBEDTLS_PREPARED))
			write(join(fresh, target), (path) => copyFileSync(file, path));
		write(join(fresh, "mbedtls", "mbedtls_config.h"), (path) => writeFileSync(path, CONFIGURATION));
		for (const name of SOURCES)
			write(join(fresh, `tlsmbed_${name}.c`), (path) => writeFileSync(path, WRAPPER(name)));
		write(join(fresh, "LICENSE"), (path) => copyFileSync(join(MBEDTLS_PREPARED, "LICENSE"), path));
		write(join(fresh, ".gitkeep"), (path) => writeFileSync(path, "")); // in version control, so that mcconfig finds a folder
		rmSync(VENDOR, { recursive: true, force: true });
		renameSync(fresh, VENDOR);
	});
}

function write(path, action) {
	mkdirSync(dirname(path), { recursive: true });
	action(path);
}

/** The sources and every header that they include, directly or not: a map from file to place in the vendor folder. */
function closure(folder) {
	const library = join(folder, "library");
	const include = join(folder, "include");
	const found = new Map();
	const waiting = SOURCES.map((name) => join(library, `${name}.c`));
	const missing = waiting.filter((file) => !existsSync(file));
	if (missing.length)
		throw new StepError(STEP, `there is no ${missing.join(", no ")}`, "use the sources of a release, which have the generated files in them");
	for (let file = waiting.pop(); file; file = waiting.pop()) {
		if (found.has(file))
			continue;
		found.set(file, file.startsWith(library) ? relative(folder, file) : relative(include, file));
		for (const [, name] of readFileSync(file, "utf8").matchAll(/^\s*#\s*include\s*["<]([^">]+)[">]/gm)) {
			const header = [dirname(file), include].map((place) => join(place, name)).find(existsSync);
			if (header?.startsWith(library) || header?.startsWith(include))
				waiting.push(header);
		}
	}
	return found;
}

if (import.meta.filename === process.argv[1])
	await main(vendor);
