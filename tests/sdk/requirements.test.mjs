// SPDX-License-Identifier: MIT
// A build that lacks something stops, and one line says what to do. Needs a C compiler, and no SDK.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { ROOT } from "../../scripts/lib/paths.mjs";

/** What Mbed TLS's configuration must have and must not have, and what an app for ESP32 is told to do about it. */
const NEEDED = {
	MBEDTLS_SSL_CLI_C: "CONFIG_MBEDTLS_TLS_CLIENT=y",
	MBEDTLS_SSL_PROTO_TLS1_2: "CONFIG_MBEDTLS_TLS_CLIENT=y",
	MBEDTLS_SSL_PROTO_TLS1_3: "CONFIG_MBEDTLS_SSL_PROTO_TLS1_3=y",
	MBEDTLS_SSL_ALPN: "CONFIG_MBEDTLS_SSL_ALPN=y",
	MBEDTLS_X509_TRUSTED_CERTIFICATE_CALLBACK: "CONFIG_MBEDTLS_X509_TRUSTED_CERT_CALLBACK=y",
	MBEDTLS_SSL_EXTENDED_MASTER_SECRET: "MBEDTLS_SSL_EXTENDED_MASTER_SECRET",
};
const UNWANTED = ["MBEDTLS_SSL_VARIABLE_BUFFER_LENGTH", "CONFIG_MBEDTLS_DYNAMIC_BUFFER"];
const VERSION = "#define MBEDTLS_VERSION_NUMBER 0x04000000";

/** Headers of Mbed TLS that tlsMbedtls.h includes; empty here, since the preprocessor is all that runs. */
const HEADERS = ["asn1", "oid", "pk", "platform", "platform_util", "psa_util", "ssl", "ssl_ciphersuites", "x509_crt", "entropy", "error"];

describe("a build stops with one line", () => {
	const folder = mkdtempSync(join(tmpdir(), "tls-requirements-"));

	before(() => {
		for (const name of ["mbedtls", "psa"])
			mkdirSync(join(folder, name));
		for (const name of [...HEADERS.map((header) => `mbedtls/${header}.h`), "psa/crypto.h"])
			writeFileSync(join(folder, name), "");
		// As the library does: ESP-IDF's configuration is used only where it is named.
		writeFileSync(join(folder, "mbedtls", "build_info.h"), `${VERSION}\n#include MBEDTLS_CONFIG_FILE\n#include TF_PSA_CRYPTO_USER_CONFIG_FILE\n`);
	});

	after(() => rmSync(folder, { recursive: true }));

	/** What the preprocessor says about a source of native/mbedtls: its errors, without their places. */
	function errorsIn(source, flags, include = folder) {
		const native = join(ROOT, "native");
		const { status, stderr, error } = spawnSync("cc", ["-E", "-x", "c", "-o", "/dev/null", ...flags,
			`-I${join(native, "mbedtls")}`, `-I${join(native, "errors")}`, `-I${include}`, join(native, "mbedtls", source)], { encoding: "utf8" });
		assert.equal(error, undefined);
		const errors = [...stderr.matchAll(/error: (.*)/g)].map(([, text]) => text);
		assert.equal(status === 0, errors.length === 0, stderr);
		return errors;
	}

	/** The same for tlsMbedtls.h on ESP32, with a configuration of ESP-IDF that has `names`. */
	function configure(names, version = VERSION) {
		writeFileSync(join(folder, "mbedtls", "esp_config.h"),
			["#undef MBEDTLS_VERSION_NUMBER", version, ...names.map((name) => `#define ${name}`)].join("\n"));
		return errorsIn("tlsMbedtls.h", ["-DESP_PLATFORM"]);
	}

	test("but not where nothing is missing", () => {
		assert.deepEqual(configure(Object.keys(NEEDED)), []);
	});

	for (const [missing, cure] of Object.entries(NEEDED)) {
		test(`without ${missing}`, () => {
			const errors = configure(Object.keys(NEEDED).filter((name) => name !== missing));
			assert.equal(errors.length, 1);
			assert.ok(errors[0].includes(cure), errors[0]);
		});
	}

	for (const name of UNWANTED) {
		test(`with ${name}`, () => {
			const errors = configure([...Object.keys(NEEDED), name]);
			assert.equal(errors.length, 1);
			assert.ok(errors[0].includes(name.replace("CONFIG_", "")), errors[0]);
		});
	}

	test("with an old Mbed TLS", () => {
		const errors = configure(Object.keys(NEEDED), "#define MBEDTLS_VERSION_NUMBER 0x03060200");
		assert.equal(errors.length, 1);
		assert.match(errors[0], /too old: take 3\.6\.7/);
	});

	test("without Mbed TLS", () => {
		const other = join(folder, "other"); // nor is one of the system's to be found
		mkdirSync(other);
		for (const name of ["stdlib.h", "string.h"])
			writeFileSync(join(other, name), "");
		const compilerHeaders = spawnSync("cc", ["-print-file-name=include"], { encoding: "utf8" }).stdout.trim();
		assert.match(errorsIn("tlsMbedtls.h", ["-nostdinc", "-ffreestanding", `-I${compilerHeaders}`], other)[0], /npm run vendor/);
	});

	test("on a platform without a random generator", () => {
		writeFileSync(join(folder, "configuration.h"), ["MBEDTLS_PSA_CRYPTO_EXTERNAL_RNG", ...Object.keys(NEEDED)].map((name) => `#define ${name}\n`).join(""));
		const flags = ["MBEDTLS_CONFIG_FILE", "TF_PSA_CRYPTO_USER_CONFIG_FILE"].map((name) => `-D${name}="configuration.h"`);
		assert.deepEqual(errorsIn("tlsEntropy.c", flags), []);
		const errors = errorsIn("tlsEntropy.c", [...flags, "-U__linux__", "-U__APPLE__"]);
		assert.equal(errors.length, 1);
		assert.match(errors[0], /No random generator .* tlsEntropy\.c/);
	});

	test("with an older SDK, for a module that is compiled already", () => {
		const sdk = join(folder, "sdk");
		mkdirSync(sdk);
		for (const name of ["mc.defines.h", "mc.xs.h", "xsHost.h", "xsmc.h"])
			writeFileSync(join(sdk, name), "");
		const header = join("..", "socket", "tlsMachine.h");
		assert.deepEqual(errorsIn(header, ["-DxsmcSetUnsigned"], sdk), []);
		const errors = errorsIn(header, [], sdk);
		assert.equal(errors.length, 1);
		assert.match(errors[0], /needs version 8\.2 of the Moddable SDK/);
	});

	test("with an older SDK, which has no Native", () => {
		const types = readFileSync(join(ROOT, "types", "xs.d.ts"), "utf8");
		const older = types.replace(/^declare function [Nn]ative.*$/gm, "");
		assert.notEqual(older, types);
		writeFileSync(join(folder, "older.d.ts"), older);
		writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({
			extends: join(ROOT, "tsconfig.json"),
			compilerOptions: { paths: { "embedded:io/socket/tcp/tls": [join(ROOT, "src/tls.ts")], "embedded:io/socket/tcp/tls/*": [join(ROOT, "src/*.ts")] } },
			include: [],
			files: [join(ROOT, "src/tls.ts"), join(ROOT, "types/modules.d.ts"), "older.d.ts"],
		}));
		const { status, stdout } = spawnSync(join(ROOT, "node_modules/.bin/tsc"), ["--pretty", "false", "-p", folder], { encoding: "utf8" });
		assert.notEqual(status, 0);
		assert.match(stdout.split("\n")[0], /needs version 8\.2 of the Moddable SDK/);
	});
});
