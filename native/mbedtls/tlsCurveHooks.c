/* SPDX-License-Identifier: MIT */
/*
 * What Mbed TLS 3.6 calls in place of its own arithmetic of elliptic curves where `tls.curves` is 1:
 * native/curves, by the library's hooks for it (MBEDTLS_ECDSA_VERIFY_ALT; MBEDTLS_ECP_INTERNAL_ALT, whose
 * header library/ecp_internal_alt.h says what these functions do).
 *
 * Checks of keys and signatures, recoding of scalars, blinding and selection from tables stay the library's.
 */

#include "tlsMbedtls.h"

#if TLS_CURVES && !TLS_MBEDTLS_4

#include "mbedtls/bignum.h"
#include "mbedtls/ecdsa.h"
#include "mbedtls/ecp.h"
#include "tlsCurve.h"
#include "tlsLadder.h"

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "tls.curves is for little-endian processors"
#endif

/* The library's words, of 32 or 64 bits, are ours where the least significant byte comes first. */
static void load(uint32_t *words, const mbedtls_mpi *number, unsigned count)
{
	size_t size = number->MBEDTLS_PRIVATE(n) * sizeof(mbedtls_mpi_uint), wanted = count * sizeof(*words);

	memset(words, 0, wanted);
	memcpy(words, number->MBEDTLS_PRIVATE(p), size < wanted ? size : wanted);
}

static int store(mbedtls_mpi *number, const uint32_t *words, unsigned count)
{
	size_t size = count * sizeof(*words);
	int result = mbedtls_mpi_grow(number, size / sizeof(mbedtls_mpi_uint));

	if (result != 0)
		return result;
	memset(number->MBEDTLS_PRIVATE(p), 0, number->MBEDTLS_PRIVATE(n) * sizeof(mbedtls_mpi_uint));
	memcpy(number->MBEDTLS_PRIVATE(p), words, size);
	number->MBEDTLS_PRIVATE(s) = 1;
	return 0;
}

/* As mbedtls_platform_zeroize, of whole words, and quick enough for every step of a multiplication. */
static void wipe(void *words, size_t size)
{
	volatile uint32_t *word = words;

	for (; size > 0; size -= sizeof(*word))
		*word++ = 0;
}

static const struct TlsCurve *curveOf(const mbedtls_ecp_group *group)
{
	return group->id == MBEDTLS_ECP_DP_SECP256R1 ? &tlsCurveP256 : &tlsCurveP384;
}

unsigned char mbedtls_internal_ecp_grp_capable(const mbedtls_ecp_group *group)
{
	(void)group;
	return 1; /* of all curves that tlsMbedtlsConfig.h enables */
}

int mbedtls_internal_ecp_init(const mbedtls_ecp_group *group)
{
	(void)group;
	return 0;
}

void mbedtls_internal_ecp_free(const mbedtls_ecp_group *group)
{
	(void)group;
}

/* A point of the library's and what is calculated with it, which may be secret. */
struct Work {
	struct TlsPoint point;
	struct TlsScratch scratch;
};

static void loadPoint(struct Work *work, const struct TlsField *field, const mbedtls_ecp_point *point)
{
	load(work->point.x, &point->MBEDTLS_PRIVATE(X), field->words);
	load(work->point.y, &point->MBEDTLS_PRIVATE(Y), field->words);
	load(work->point.z, &point->MBEDTLS_PRIVATE(Z), field->words);
}

/* The library takes remainders only. Wipes the work. */
static int storePoint(mbedtls_ecp_point *point, const struct TlsField *field, struct Work *work)
{
	mbedtls_mpi *numbers[] = {
		&point->MBEDTLS_PRIVATE(X), &point->MBEDTLS_PRIVATE(Y), &point->MBEDTLS_PRIVATE(Z)};
	uint32_t *coordinates[] = {work->point.x, work->point.y, work->point.z};
	int result = 0;

	for (unsigned i = 0; i < 3 && result == 0; i++) {
		tlsFieldNormalize(field, coordinates[i], &work->scratch);
		result = store(numbers[i], coordinates[i], field->words);
	}
	wipe(work, sizeof(*work));
	return result;
}

int mbedtls_internal_ecp_double_jac(
	const mbedtls_ecp_group *group, mbedtls_ecp_point *result, const mbedtls_ecp_point *point)
{
	const struct TlsField *field = curveOf(group)->field;
	struct Work work;

	loadPoint(&work, field, point);
	tlsPointDouble(field, &work.point, &work.scratch);
	return storePoint(result, field, &work);
}

int mbedtls_internal_ecp_add_mixed(const mbedtls_ecp_group *group, mbedtls_ecp_point *result,
	const mbedtls_ecp_point *point, const mbedtls_ecp_point *affine)
{
	const struct TlsField *field = curveOf(group)->field;
	struct TlsPoint other;
	struct Work work;

	loadPoint(&work, field, point);
	load(other.x, &affine->MBEDTLS_PRIVATE(X), field->words);
	load(other.y, &affine->MBEDTLS_PRIVATE(Y), field->words);
	tlsPointAdd(field, &work.point, other.x, other.y, NULL, &work.scratch);
	wipe(&other, sizeof(other));
	return storePoint(result, field, &work);
}

/* Makes a point other than infinity affine. */
int mbedtls_internal_ecp_normalize_jac(const mbedtls_ecp_group *group, mbedtls_ecp_point *point)
{
	const struct TlsField *field = curveOf(group)->field;
	uint32_t *square;
	struct Work work;

	loadPoint(&work, field, point);
	tlsFieldInvert(field, work.point.z, &work.scratch);
	square = work.scratch.c;
	tlsFieldSquare(field, square, work.point.z, &work.scratch);
	tlsFieldMultiply(field, work.point.x, work.point.x, square, &work.scratch);
	tlsFieldMultiply(field, square, square, work.point.z, &work.scratch);
	tlsFieldMultiply(field, work.point.y, work.point.y, square, &work.scratch);
	memset(work.point.z, 0, sizeof(work.point.z));
	work.point.z[0] = 1;
	return storePoint(point, field, &work);
}

int mbedtls_internal_ecp_double_add_mxz(const mbedtls_ecp_group *group, mbedtls_ecp_point *twice,
	mbedtls_ecp_point *sum, const mbedtls_ecp_point *point, const mbedtls_ecp_point *other,
	const mbedtls_mpi *difference)
{
	struct TlsLadder ladder;
	int result;

	(void)group;
	load(ladder.x, &point->MBEDTLS_PRIVATE(X), 8);
	load(ladder.z, &point->MBEDTLS_PRIVATE(Z), 8);
	load(ladder.otherX, &other->MBEDTLS_PRIVATE(X), 8);
	load(ladder.otherZ, &other->MBEDTLS_PRIVATE(Z), 8);
	load(ladder.difference, difference, 8);
	tlsLadderStep(&ladder);
	result = store(&twice->MBEDTLS_PRIVATE(X), ladder.x, 8);
	if (result == 0)
		result = store(&twice->MBEDTLS_PRIVATE(Z), ladder.z, 8);
	if (result == 0)
		result = store(&sum->MBEDTLS_PRIVATE(X), ladder.otherX, 8);
	if (result == 0)
		result = store(&sum->MBEDTLS_PRIVATE(Z), ladder.otherZ, 8);
	wipe(&ladder, sizeof(ladder));
	return result;
}

/* Makes a point that the steps above came to the affine one. */
int mbedtls_internal_ecp_normalize_mxz(const mbedtls_ecp_group *group, mbedtls_ecp_point *point)
{
	const struct TlsField *field = &tlsField25519;
	struct Work work;
	int result = MBEDTLS_ERR_MPI_NOT_ACCEPTABLE;

	(void)group;
	load(work.point.x, &point->MBEDTLS_PRIVATE(X), field->words);
	load(work.point.z, &point->MBEDTLS_PRIVATE(Z), field->words);
	tlsFieldNormalize(field, work.point.z, &work.scratch);
	if (!tlsFieldIsZero(field, work.point.z)) { /* keys that come to it were refused before */
		tlsFieldInvert(field, work.point.z, &work.scratch);
		tlsFieldMultiply(field, work.point.x, work.point.x, work.point.z, &work.scratch);
		tlsFieldNormalize(field, work.point.x, &work.scratch);
		result = store(&point->MBEDTLS_PRIVATE(X), work.point.x, field->words);
	}
	wipe(&work, sizeof(work));
	return result == 0 ? mbedtls_mpi_lset(&point->MBEDTLS_PRIVATE(Z), 1) : result;
}

/* words = number inverse modulo the order. */
static int computeFactor(
	const mbedtls_ecp_group *group, uint32_t *words, const mbedtls_mpi *number, const mbedtls_mpi *inverse)
{
	mbedtls_mpi factor;
	int result;

	mbedtls_mpi_init(&factor);
	result = mbedtls_mpi_mul_mpi(&factor, number, inverse);
	if (result == 0)
		result = mbedtls_mpi_mod_mpi(&factor, &factor, &group->N);
	if (result == 0)
		load(words, &factor, TLS_WORDS);
	mbedtls_mpi_free(&factor);
	return result;
}

/* Computes the two factors of SEC 1, 4.1.4, step 4, and verifies by them. Of the digest, as much counts as
   the order is long. */
static int verify(const mbedtls_ecp_group *group, const uint8_t *digest, size_t length,
	const mbedtls_ecp_point *key, const mbedtls_mpi *r, const mbedtls_mpi *s, struct TlsVerification *memory)
{
	const struct TlsCurve *curve = curveOf(group);
	uint32_t words[TLS_WORDS], u1[TLS_WORDS], u2[TLS_WORDS], x[TLS_WORDS], y[TLS_WORDS];
	size_t most = curve->field->words * sizeof(*words);
	mbedtls_mpi e, inverse;
	int result;

	mbedtls_mpi_init(&e);
	mbedtls_mpi_init(&inverse);
	load(words, s, TLS_WORDS);
	tlsCurveInvert(curve, u1, words, memory);
	result = store(&inverse, u1, curve->field->words);
	if (result == 0)
		result = mbedtls_mpi_read_binary(&e, digest, length < most ? length : most);
	if (result == 0)
		result = computeFactor(group, u1, &e, &inverse);
	if (result == 0)
		result = computeFactor(group, u2, r, &inverse);
	mbedtls_mpi_free(&inverse);
	mbedtls_mpi_free(&e);
	if (result != 0)
		return result;
	load(x, &key->MBEDTLS_PRIVATE(X), TLS_WORDS);
	load(y, &key->MBEDTLS_PRIVATE(Y), TLS_WORDS);
	load(words, r, TLS_WORDS);
	return tlsCurveVerify(curve, u1, u2, x, y, words, memory) ? 0 : MBEDTLS_ERR_ECP_VERIFY_FAILED;
}

static bool isInRange(const mbedtls_mpi *number, const mbedtls_mpi *order)
{
	return mbedtls_mpi_cmp_int(number, 1) >= 0 && mbedtls_mpi_cmp_mpi(number, order) < 0;
}

/* Verifies a signature (r, s) of a digest by the public key `key`. */
int mbedtls_ecdsa_verify(mbedtls_ecp_group *group, const unsigned char *digest, size_t length,
	const mbedtls_ecp_point *key, const mbedtls_mpi *r, const mbedtls_mpi *s)
{
	struct TlsVerification *memory;
	int result;

	if (!mbedtls_ecdsa_can_do(group->id) || group->N.MBEDTLS_PRIVATE(p) == NULL)
		return MBEDTLS_ERR_ECP_BAD_INPUT_DATA;
	if (!isInRange(r, &group->N) || !isInRange(s, &group->N))
		return MBEDTLS_ERR_ECP_VERIFY_FAILED;
	result = mbedtls_ecp_check_pubkey(group, key);
	if (result != 0)
		return result;
	memory = mbedtls_calloc(1, sizeof(*memory));
	if (!memory)
		return MBEDTLS_ERR_ECP_ALLOC_FAILED;
	result = verify(group, digest, length, key, r, s, memory);
	mbedtls_free(memory);
	return result;
}

#endif
