// SPDX-License-Identifier: MIT
// The source tree of Mbed TLS 4.x that the environment variable MBEDTLS4 names: whether it is whole.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { MBEDTLS4 } from "./paths.mjs";
import { StepError } from "./step.mjs";

/** Its own sources, and those of its submodules. */
const PARTS = ["library/ssl_tls.c", "framework/CMakeLists.txt", "tf-psa-crypto/CMakeLists.txt", "tf-psa-crypto/framework/CMakeLists.txt"];

/** @throws {StepError} if there is none, or a part of it is missing */
export function checkMbedtls4() {
	const step = "looking for Mbed TLS 4.x";
	if (!MBEDTLS4)
		throw new StepError(step, "the environment variable MBEDTLS4 is not set", "set it to a source tree of Mbed TLS 4.x");
	const missing = PARTS.find((part) => !existsSync(join(MBEDTLS4, part)));
	if (missing)
		throw new StepError(step, `MBEDTLS4 is ${MBEDTLS4}, which has no ${missing}`,
			"unpack a release there, or in a clone run `git submodule update --init --recursive`");
}
