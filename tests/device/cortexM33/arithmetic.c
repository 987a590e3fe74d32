/* SPDX-License-Identifier: MIT */
/*
 * Counts the instructions of what a handshake calculates, and of a byte of data, by Mbed TLS as this project
 * configures it. Prints one line of JSON. Under QEMU's `-icount shift=3` an instruction takes 8 ns, and 25
 * take four ticks of the board's 20 MHz.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mbedtls/chachapoly.h"
#include "mbedtls/ecdsa.h"
#include "mbedtls/ecp.h"
#include "mbedtls/gcm.h"

#define SYST_CSR    (*(volatile uint32_t *)0xE000E010)
#define SYST_RVR    (*(volatile uint32_t *)0xE000E014)
#define SYST_CVR    (*(volatile uint32_t *)0xE000E018)
#define SYST_PERIOD 0x1000000u

#define SYS_WRITE0        0x04
#define SYS_EXIT_EXTENDED 0x20
#define APPLICATION_EXIT  0x20026

#define BYTES 4096

static volatile uint32_t periods;

static void semihost(uint32_t operation, const void *argument)
{
	register uint32_t r0 __asm("r0") = operation;
	register const void *r1 __asm("r1") = argument;

	__asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

static void __attribute__((noreturn)) end(uint32_t status)
{
	const uint32_t arguments[2] = {APPLICATION_EXIT, status};

	for (;;)
		semihost(SYS_EXIT_EXTENDED, arguments);
}

static void tick(void)
{
	periods++;
}

static void fault(void)
{
	end(70);
}

static uint64_t instructions(void)
{
	uint32_t before, left;

	do {
		before = periods;
		left = SYST_CVR;
	} while (before != periods);
	return ((uint64_t)before * SYST_PERIOD + (SYST_PERIOD - 1 - left)) * 25 / 4;
}

static void check(bool good, const char *what)
{
	if (good)
		return;
	semihost(SYS_WRITE0, what);
	end(1);
}

static void print(const char *name, uint64_t count)
{
	char text[80];

	snprintf(text, sizeof(text), "%s\"%s\":%lu", strcmp(name, "verify P-256") ? "," : "{", name,
		(unsigned long)count);
	semihost(SYS_WRITE0, text);
}

/* The same numbers in each run. */
static int draw(void *context, unsigned char *bytes, size_t length)
{
	static uint32_t state = 1;

	(void)context;
	while (length-- > 0) {
		state = state * 1664525 + 1013904223;
		*bytes++ = (uint8_t)(state >> 24);
	}
	return 0;
}

static void verify(mbedtls_ecp_group_id curve, const char *name)
{
	uint8_t digest[32] = {1, 2, 3};
	mbedtls_ecp_keypair key;
	mbedtls_mpi r, s;
	uint64_t start;

	mbedtls_ecp_keypair_init(&key);
	mbedtls_mpi_init(&r);
	mbedtls_mpi_init(&s);
	check(mbedtls_ecp_gen_key(curve, &key, draw, NULL) == 0, "key");
	check(mbedtls_ecdsa_sign(&key.MBEDTLS_PRIVATE(grp), &r, &s, &key.MBEDTLS_PRIVATE(d), digest,
			  sizeof(digest), draw, NULL) == 0,
		"signature");
	start = instructions();
	check(mbedtls_ecdsa_verify(
			  &key.MBEDTLS_PRIVATE(grp), digest, sizeof(digest), &key.MBEDTLS_PRIVATE(Q), &r, &s) == 0,
		"verification");
	print(name, instructions() - start);
	digest[0]++;
	check(mbedtls_ecdsa_verify(&key.MBEDTLS_PRIVATE(grp), digest, sizeof(digest), &key.MBEDTLS_PRIVATE(Q), &r,
			  &s) == MBEDTLS_ERR_ECP_VERIFY_FAILED,
		"a forged signature");
	mbedtls_mpi_free(&s);
	mbedtls_mpi_free(&r);
	mbedtls_ecp_keypair_free(&key);
}

/* One half of a key exchange, and that both halves come to the same. */
static void exchange(mbedtls_ecp_group_id curve, const char *name)
{
	mbedtls_ecp_keypair one, other;
	mbedtls_ecp_point first, second;
	uint64_t start;

	mbedtls_ecp_keypair_init(&one);
	mbedtls_ecp_keypair_init(&other);
	mbedtls_ecp_point_init(&first);
	mbedtls_ecp_point_init(&second);
	check(mbedtls_ecp_gen_key(curve, &one, draw, NULL) == 0 &&
			  mbedtls_ecp_gen_key(curve, &other, draw, NULL) == 0,
		"keys");
	start = instructions();
	check(mbedtls_ecp_mul(&one.MBEDTLS_PRIVATE(grp), &first, &one.MBEDTLS_PRIVATE(d),
			  &other.MBEDTLS_PRIVATE(Q), draw, NULL) == 0,
		"product");
	print(name, instructions() - start);
	check(mbedtls_ecp_mul(&one.MBEDTLS_PRIVATE(grp), &second, &other.MBEDTLS_PRIVATE(d),
			  &one.MBEDTLS_PRIVATE(Q), draw, NULL) == 0 &&
			  mbedtls_mpi_cmp_mpi(&first.MBEDTLS_PRIVATE(X), &second.MBEDTLS_PRIVATE(X)) == 0,
		"the other product");
	mbedtls_ecp_point_free(&second);
	mbedtls_ecp_point_free(&first);
	mbedtls_ecp_keypair_free(&other);
	mbedtls_ecp_keypair_free(&one);
}

static void seal(void)
{
	static uint8_t bytes[BYTES], key[32], nonce[12], tag[16];
	mbedtls_chachapoly_context chacha;
	mbedtls_gcm_context gcm;
	uint64_t start;

	mbedtls_chachapoly_init(&chacha);
	check(mbedtls_chachapoly_setkey(&chacha, key) == 0, "ChaCha20-Poly1305's key");
	start = instructions();
	check(mbedtls_chachapoly_encrypt_and_tag(&chacha, BYTES, nonce, NULL, 0, bytes, bytes, tag) == 0,
		"ChaCha20-Poly1305");
	print("ChaCha20-Poly1305, a byte", (instructions() - start) / BYTES);
	mbedtls_chachapoly_free(&chacha);
	mbedtls_gcm_init(&gcm);
	check(mbedtls_gcm_setkey(&gcm, MBEDTLS_CIPHER_ID_AES, key, 128) == 0, "AES-GCM's key");
	start = instructions();
	check(mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, BYTES, nonce, sizeof(nonce), NULL, 0, bytes,
			  bytes, sizeof(tag), tag) == 0,
		"AES-GCM");
	print("AES-128-GCM, a byte", (instructions() - start) / BYTES);
	mbedtls_gcm_free(&gcm);
}

void __attribute__((noreturn, used)) reset(void)
{
	extern char bssStart[], bssEnd[];

	memset(bssStart, 0, (size_t)((uintptr_t)bssEnd - (uintptr_t)bssStart));
	SYST_RVR = SYST_PERIOD - 1;
	SYST_CVR = 0;
	SYST_CSR = 7;
	verify(MBEDTLS_ECP_DP_SECP256R1, "verify P-256");
	verify(MBEDTLS_ECP_DP_SECP384R1, "verify P-384");
	exchange(MBEDTLS_ECP_DP_CURVE25519, "X25519");
	exchange(MBEDTLS_ECP_DP_SECP256R1, "multiply P-256");
	seal();
	semihost(SYS_WRITE0, "}\n");
	end(0);
}

extern char stackTop[];

static void (*const vectors[16])(void) __attribute__((section(".vectors"), used)) = {
	[0] = (void (*)(void))stackTop,
	[1] = reset,
	[2 ... 14] = fault,
	[15] = tick,
};
