// SPDX-License-Identifier: MIT
// Prepares the sources of Mbed TLS 3.6 that every build of this project compiles, with the SDK and without: a copy in which the
// certificates that a peer presents come to native/trust (native/mbedtls/tlsPresented.h), a handshake message may be
// split over records within its header, TLS 1.2 is offered beside a session of TLS 1.3, a server without TLS 1.3 is told from one
// that breaks it, a key share stays what it was where a server asks for no other, a ticket that cannot be used ends no connection,
// RSA signatures are checked without products by 1, secrets of TLS 1.3 have the size of its largest digest (SHA-384), ciphers have
// their tables in RAM and are quicker on ARMv6-M (both: native/mbedtls/tlsMbedtlsConfig.h), and what no client needs is left out:
// RSA encryption, finding the primes of a private key, which has them in every format, and what an authority key identifier has
// besides the key's.

import { cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MBEDTLS_DIR, MBEDTLS_PREPARED } from "./paths.mjs";
import { once, StepError } from "./step.mjs";

const STEP = "preparing Mbed TLS";
const DECLARATIONS = ['#include "ssl_misc.h"\n', '#include "ssl_misc.h"\n#include "tlsPresented.h"\n'];

/** What is replaced: the file, the text that it has exactly once, and what stands there instead. */
const CHANGES = [
	["library/ssl_tls.c", ...DECLARATIONS],
	["library/ssl_tls.c", "mbedtls_x509_crt_parse_der(chain, ssl->in_msg + i, n);", "tlsPresentedAdd(ssl->conf->p_ca_cb, chain, ssl->in_msg + i, n);"],
	["library/ssl_tls.c", "ret = mbedtls_x509_crt_verify_with_ca_cb(", "ret = tlsPresentedVerify("],
	["library/ssl_tls.c", "ret = mbedtls_x509_crt_verify_restartable(", "ret = tlsPresentedVerifyOther("],
	["library/ssl_tls13_generic.c", ...DECLARATIONS],
	["library/ssl_tls13_generic.c", "mbedtls_x509_crt_parse_der(ssl->session_negotiate->peer_cert,", "tlsPresentedAdd(ssl->conf->p_ca_cb, ssl->session_negotiate->peer_cert,"],
	["library/ssl_msg.c", "if (ssl->in_msglen < mbedtls_ssl_hs_hdr_len(ssl)) {", "if (ssl->in_msglen == 0) {"],
	["library/ssl_msg.c", "return MBEDTLS_GET_UINT24_BE(ssl->in_msg, 1);", "return ssl->in_msglen < 4 ? 0 : MBEDTLS_GET_UINT24_BE(ssl->in_msg, 1);"],
	["library/ssl_msg.c", "if (in_hsfraglen < ssl->in_hslen) {", "if (in_hsfraglen >= 4) {\n            ssl->in_hslen = 4 + MBEDTLS_GET_UINT24_BE(payload_end - in_hsfraglen, 1);\n        }\n        if (in_hsfraglen < ssl->in_hslen) {"],
	["library/ssl_client.c", "ssl->tls_version = session_negotiate->tls_version;\n            ssl->handshake->min_tls_version = ssl->tls_version;", "ssl->tls_version = session_negotiate->tls_version;\n            ssl->handshake->min_tls_version = ssl->conf->min_tls_version;"],
	["library/ssl_tls12_client.c", "size_t tlen = ssl->session_negotiate->ticket_len;", "size_t tlen = ssl->session_negotiate->tls_version == MBEDTLS_SSL_VERSION_TLS1_3 ? 0 : ssl->session_negotiate->ticket_len;"],
	["library/ssl_tls13_client.c", "if (handshake->min_tls_version > MBEDTLS_SSL_VERSION_TLS1_2 || ret) {", "if (ret == 0 && handshake->min_tls_version > MBEDTLS_SSL_VERSION_TLS1_2) {\n            return MBEDTLS_ERR_SSL_BAD_PROTOCOL_VERSION;\n        }\n        if (ret) {"],
	["library/ssl_tls13_client.c", "ssl_tls13_reset_key_share(ssl);\n    if (ret", "(ssl->handshake->received_extensions & MBEDTLS_SSL_EXT_MASK(KEY_SHARE)) ?\n        ssl_tls13_reset_key_share(ssl) :\n        (ssl->handshake->received_extensions & MBEDTLS_SSL_EXT_MASK(COOKIE)) ? 0 : MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER;\n    if (ret"],
	["library/ssl_tls13_client.c", "exceeds 7 days.\"));\n        return MBEDTLS_ERR_SSL_ILLEGAL_PARAMETER;", "is cut to 7 days.\"));\n        session->ticket_lifetime = MBEDTLS_SSL_TLS1_3_MAX_ALLOWED_TICKET_LIFETIME;"],
	["library/ssl_tls13_client.c", "if (session->ticket_lifetime == 0) {", "if (session->ticket_lifetime == 0 ||\n        ticket_nonce_len > MBEDTLS_SSL_TLS1_3_KEY_SCHEDULE_MAX_CONTEXT_LEN) {\n        session->ticket_len = 0;"],
	["library/ssl_tls13_generic.c", "if ((extension_mask & hs_msg_allowed_extensions_mask) == 0) {", "if (extension_mask != MBEDTLS_SSL_EXT_MASK(UNRECOGNIZED) &&\n        ((extension_mask & hs_msg_allowed_extensions_mask) == 0 || (ssl->handshake->received_extensions & extension_mask) != 0)) {"],
	["library/ssl_tls13_generic.c", "status = psa_generate_key(&key_attributes,", "status = !mbedtls_svc_key_id_is_null(handshake->xxdh_psa_privkey) ? PSA_SUCCESS : psa_generate_key(&key_attributes,"],
	["library/ssl_tls13_client.c", "        ssl->tls_version = MBEDTLS_SSL_VERSION_TLS1_2;\n", "        ssl->tls_version = MBEDTLS_SSL_VERSION_TLS1_2;\n        handshake->resume = 0;\n        ssl->session_negotiate->ticket_len = 0;\n"],
	["library/x509_crt.c", "} else if (ret != MBEDTLS_ERR_ASN1_UNEXPECTED_TAG) {", "}\n    *p = end;\n    return 0;\n    if (ret != MBEDTLS_ERR_ASN1_UNEXPECTED_TAG) {"],
	["library/pk_wrap.c", ".decrypt_func = rsa_decrypt_wrap,", ".decrypt_func = 0 ? rsa_decrypt_wrap : NULL,"],
	["library/pk_wrap.c", ".encrypt_func = rsa_encrypt_wrap,", ".encrypt_func = 0 ? rsa_encrypt_wrap : NULL,"],
	["library/rsa.c", "if (pq_missing) {\n", "if (pq_missing) {\n        return MBEDTLS_ERR_RSA_BAD_INPUT_DATA;\n"],
	["library/bignum_core.c", "/* Multiply X by the selected element. */\n            mbedtls_mpi_core_montmul(X, X, Wselect, AN_limbs, N, AN_limbs, mm,\n                                     temp);\n", "/* Multiply X by the selected element, but not by 1 if the exponent may be told. */\n            if (E_public != MBEDTLS_MPI_IS_PUBLIC || window != 0) {\n                mbedtls_mpi_core_montmul(X, X, Wselect, AN_limbs, N, AN_limbs, mm, temp);\n            }\n"],
	["include/mbedtls/ssl.h", "MBEDTLS_TLS1_3_MD_MAX_SIZE         PSA_HASH_MAX_SIZE", "MBEDTLS_TLS1_3_MD_MAX_SIZE         48"],
	["include/mbedtls/aes.h", "MBEDTLS_PRIVATE(buf)[68];", "MBEDTLS_PRIVATE(buf)[TLS_AES_WORDS];"],
	["library/aes.c", "static const unsigned char FSb[256] =", "TLS_SECRET_TABLE unsigned char FSb[256] ="],
	["library/aes.c", "static const uint32_t FT0[256] = { FT };", "TLS_SECRET_TABLE uint32_t FT0[256] = { FT };"],
	["include/mbedtls/gcm.h", "#define MBEDTLS_GCM_HTABLE_SIZE 16", "#define MBEDTLS_GCM_HTABLE_SIZE TLS_GCM_TABLE"],
	["library/gcm.c", "gcm_set_acceleration(ctx);", "gcm_set_acceleration(ctx);\n\n    if (TLS_GHASH) {\n        tlsGhashSetKey(ctx->H, h);\n        return 0;\n    }"],
	["library/gcm.c", "unsigned char output[16])\n{\n", "unsigned char output[16])\n{\n    if (TLS_GHASH) {\n        tlsGhashMultiply(output, x, ctx->H);\n        return;\n    }\n"],
	["library/gcm.c", "static const uint16_t last4[16] =", "TLS_SECRET_TABLE uint16_t last4[16] ="],
	["library/chacha20.c", '#include "common.h"\n', '#include "common.h"\nTLS_QUICK\n'],
	["library/poly1305.c", '#include "common.h"\n', '#include "common.h"\nTLS_QUICK\n'],
	["library/poly1305.c", "return (uint64_t) a * b;", "return TLS_PRODUCT(a, b);"],
];

const NOTICE = "/* Changed by moddable-tls, see its scripts/lib/mbedtlsSource.mjs. */\n";

/** The version of a source tree, "3.6.7"; refuses what the project's configuration was not written for. */
export function versionOf(folder) {
	const header = join(folder, "include", "mbedtls", "build_info.h");
	if (!existsSync(header))
		throw new StepError(STEP, `there is no ${header}`, "run `npm run setup`, or set MBEDTLS_DIR to the sources of Mbed TLS 3.6.7 or a later 3.6");
	const version = /#define MBEDTLS_VERSION_STRING\s+"([\d.]+)"/.exec(readFileSync(header, "utf8"))?.[1];
	const [major, minor, patch] = (version ?? "").split(".").map(Number);
	if (major !== 3 || minor !== 6 || patch < 7)
		throw new StepError(STEP, `${folder} is version ${version}`, "set MBEDTLS_DIR to the sources of Mbed TLS 3.6.7 or a later 3.6");
	return version;
}

/**
 * The text of one of the library's files with its changes.
 * @param {string} name its path in the source tree
 * @param {string} text
 */
export function changed(name, text) {
	let result = text;
	for (const [file, from, to] of CHANGES) {
		if (file !== name)
			continue;
		if (result.split(from).length !== 2)
			throw new StepError(STEP, `${name} has not exactly one "${from.trim()}"`, "take Mbed TLS 3.6.7, or correct scripts/lib/mbedtlsSource.mjs");
		result = result.replace(from, () => to);
	}
	return result === text ? text : NOTICE + result;
}

/** Brings MBEDTLS_PREPARED up to date. */
export function prepareMbedtls() {
	const inputs = `${versionOf(MBEDTLS_DIR)} ${MBEDTLS_DIR}\n${readFileSync(import.meta.filename, "utf8")}`;
	once(join(MBEDTLS_PREPARED, ".prepared"), inputs, () => {
		const fresh = `${MBEDTLS_PREPARED}.new`;
		rmSync(fresh, { recursive: true, force: true });
		for (const part of ["include", "library", "LICENSE"])
			cpSync(join(MBEDTLS_DIR, part), join(fresh, part), { recursive: true, preserveTimestamps: true });
		for (const name of new Set(CHANGES.map(([file]) => file))) {
			const path = join(fresh, ...name.split("/"));
			writeFileSync(path, changed(name, readFileSync(path, "utf8")));
		}
		rmSync(MBEDTLS_PREPARED, { recursive: true, force: true });
		renameSync(fresh, MBEDTLS_PREPARED);
	});
}
