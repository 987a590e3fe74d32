// SPDX-License-Identifier: MIT
// Where things are. Every script takes its paths from here.

import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
export const BUILD = join(ROOT, "build");
export const DEPS = join(BUILD, "deps");

export const XS_DIR = join(DEPS, "xs");
export const LWIP_DIR = join(DEPS, "lwip");
export const XSRUN = join(ROOT, "bin", "xsrun");

/** A source tree of Mbed TLS 4.x, if the environment variable MBEDTLS4 names one. */
export const MBEDTLS4 = process.env.MBEDTLS4 ? resolve(process.env.MBEDTLS4) : undefined;

/** The Mbed TLS 3.6 source tree: the caller's own (environment variable MBEDTLS_DIR) or the fetched one. */
export const MBEDTLS_DIR = process.env.MBEDTLS_DIR ? resolve(process.env.MBEDTLS_DIR) : join(DEPS, "mbedtls");

/** The same as every build compiles it: see mbedtlsSource.mjs. */
export const MBEDTLS_PREPARED = join(BUILD, "mbedtls");
