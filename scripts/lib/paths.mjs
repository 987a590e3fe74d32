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

/** The Mbed TLS source tree: the caller's own (environment variable MBEDTLS_DIR) or the fetched one. */
export const MBEDTLS_DIR = process.env.MBEDTLS_DIR ? resolve(process.env.MBEDTLS_DIR) : join(DEPS, "mbedtls");
