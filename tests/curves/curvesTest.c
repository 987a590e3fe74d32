/* SPDX-License-Identifier: MIT */
/*
 * Calculates what a file asks for and prints the results, for tests/curves to compare. It is built with the
 * curves of native/curves in portable C, with those of the library, and for the board with those in assembly.
 *
 *    curvesTest FILE
 *
 * Each line of the file is one question, each line printed its answer. Numbers are hexadecimal, of 8 or 12
 * words.
 *
 *    multiply CURVE a b             square CURVE a             the product, of twice the words
 *    word CURVE a b                                            the product of their least significant words
 *    add|subtract|product CURVE a b                            of the curve's field: some number that is congruent
 *    product|invert|normalize CURVE a                          the square, the inverse, the remainder
 *    ladder x z otherX otherZ difference                       the four coordinates after the step
 *    verify CURVE u1 u2 x y r                                  native/curves's last step of ECDSA: yes or no
 *    ecdsa CURVE digest x y r s                                yes, no, or the library's error
 *    sign CURVE key digest k                                   r and s, with k as the secret number
 *    times CURVE k x y                                         k (x, y); with x25519 only x
 *    polynomial a b                                            the low word of the product of polynomials
 *    ghash h x                                                 x times the hash subkey h
 *    gcm key nonce additional plaintext                        the library's AES-GCM: ciphertext and tag, and back
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mbedtls/ecdsa.h"
#include "mbedtls/ecp.h"
#include "mbedtls/gcm.h"
#include "tlsCurve.h"
#include "tlsGhash.h"
#include "tlsLadder.h"

#if defined(TLS_BOARD)
#include "boardSemihosting.h"
#endif

#define FIELDS 8
#define BYTES  (4 * TLS_WORDS)

struct Question {
	char *fields[FIELDS];
	unsigned count;
};

static struct TlsScratch scratch;

static void fail(const char *what, const char *text)
{
	printf("failed: %s %s\n", what, text);
	exit(1);
}

static int digitOf(char letter)
{
	const char *digits = "0123456789abcdef", *place = letter ? strchr(digits, letter) : NULL;

	if (!place)
		fail("no hexadecimal digit", "");
	return (int)(place - digits);
}

/* Bytes of hexadecimal text; returns how many. */
static size_t readBytes(const char *text, uint8_t *bytes, size_t size)
{
	size_t length = strlen(text) / 2;

	if (length > size)
		fail("too long", text);
	for (size_t i = 0; i < length; i++)
		bytes[i] = (uint8_t)(digitOf(text[2 * i]) << 4 | digitOf(text[2 * i + 1]));
	return length;
}

static void readWords(const char *text, uint32_t *words, unsigned count)
{
	uint8_t bytes[BYTES];

	if (readBytes(text, bytes, sizeof(bytes)) != 4 * count)
		fail("wrong length", text);
	for (unsigned i = 0; i < count; i++) {
		const uint8_t *end = bytes + 4 * (count - i);

		words[i] =
			(uint32_t)end[-1] | (uint32_t)end[-2] << 8 | (uint32_t)end[-3] << 16 | (uint32_t)end[-4] << 24;
	}
}

static void printWords(const uint32_t *words, unsigned count)
{
	while (count-- > 0)
		printf("%08lx", (unsigned long)words[count]);
}

static const struct TlsField *fieldOf(const char *name)
{
	return !strcmp(name, "p256") ? &tlsFieldP256 : !strcmp(name, "p384") ? &tlsFieldP384 : &tlsField25519;
}

/* The operations of a field and of words on `a` and, if there is one, `b`. Returns the words of the
   result. */
static unsigned calculate(
	const struct TlsField *field, const char *operation, uint32_t *r, const uint32_t *a, const uint32_t *b)
{
	if (!strcmp(operation, "multiply") && b) {
		tlsWordsMultiply(r, a, b, field->words);
		return 2 * field->words;
	}
	if (!strcmp(operation, "word") && b) {
		uint64_t product = tlsWordsProduct(a[0], b[0]);

		r[0] = (uint32_t)product;
		r[1] = (uint32_t)(product >> 32);
		return 2;
	}
	if (!strcmp(operation, "square")) {
		tlsWordsSquare(r, a, field->words);
		return 2 * field->words;
	}
	memcpy(r, a, field->words * sizeof(*r)); /* the result may be an operand */
	if (!strcmp(operation, "add") && b)
		tlsFieldAdd(field, r, r, b);
	else if (!strcmp(operation, "subtract") && b)
		tlsFieldSubtract(field, r, r, b);
	else if (!strcmp(operation, "product") && b)
		tlsFieldMultiply(field, r, r, b, &scratch);
	else if (!strcmp(operation, "product"))
		tlsFieldSquare(field, r, r, &scratch);
	else if (!strcmp(operation, "invert"))
		tlsFieldInvert(field, r, &scratch);
	else
		tlsFieldNormalize(field, r, &scratch);
	return field->words;
}

static void answerWords(const struct Question *question)
{
	const struct TlsField *field = fieldOf(question->fields[1]);
	uint32_t a[TLS_WORDS], b[TLS_WORDS], r[2 * TLS_WORDS] = {0};
	bool both = question->count > 3;

	readWords(question->fields[2], a, field->words);
	if (both)
		readWords(question->fields[3], b, field->words);
	printWords(r, calculate(field, question->fields[0], r, a, both ? b : NULL));
	printf("\n");
}

static void answerLadder(const struct Question *question)
{
	struct TlsLadder ladder;
	uint32_t *numbers[] = {ladder.x, ladder.z, ladder.otherX, ladder.otherZ, ladder.difference};

	for (unsigned i = 0; i < 5; i++)
		readWords(question->fields[i + 1], numbers[i], 8);
	tlsLadderStep(&ladder);
	for (unsigned i = 0; i < 4; i++) {
		printWords(numbers[i], 8);
		printf(i < 3 ? " " : "\n");
	}
}

static void answerVerify(const struct Question *question)
{
	const struct TlsCurve *curve = !strcmp(question->fields[1], "p256") ? &tlsCurveP256 : &tlsCurveP384;
	struct TlsVerification *memory = malloc(sizeof(*memory));
	uint32_t numbers[5][TLS_WORDS];

	if (!memory)
		fail("memory", "");
	memset(memory, 0xA5, sizeof(*memory)); /* whatever was there */
	for (unsigned i = 0; i < 5; i++)
		readWords(question->fields[i + 2], numbers[i], curve->field->words);
	printf("%s\n", tlsCurveVerify(curve, numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], memory)
					   ? "yes"
					   : "no");
	free(memory);
}

static void check(int result)
{
	if (result != 0)
		fail("library", "");
}

static void readNumber(mbedtls_mpi *number, const char *text)
{
	uint8_t bytes[BYTES + 8];

	check(mbedtls_mpi_read_binary(number, bytes, readBytes(text, bytes, sizeof(bytes))));
}

static void printBytes(const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		printf("%02x", bytes[i]);
}

static void printNumber(const mbedtls_mpi *number, size_t size)
{
	uint8_t bytes[BYTES];

	check(mbedtls_mpi_write_binary(number, bytes, size));
	printBytes(bytes, size);
}

static void openGroup(mbedtls_ecp_group *group, const char *name)
{
	mbedtls_ecp_group_init(group);
	check(mbedtls_ecp_group_load(group, !strcmp(name, "p256")   ? MBEDTLS_ECP_DP_SECP256R1
										: !strcmp(name, "p384") ? MBEDTLS_ECP_DP_SECP384R1
																: MBEDTLS_ECP_DP_CURVE25519));
}

static void openPoint(mbedtls_ecp_point *point, const char *x, const char *y)
{
	mbedtls_ecp_point_init(point);
	readNumber(&point->MBEDTLS_PRIVATE(X), x);
	if (y)
		readNumber(&point->MBEDTLS_PRIVATE(Y), y);
	check(mbedtls_mpi_lset(&point->MBEDTLS_PRIVATE(Z), 1));
}

/* Random enough for blinding; before that the bytes of `context`, once. */
static int draw(void *context, unsigned char *bytes, size_t length)
{
	static uint32_t state = 1;
	const char **secret = context;

	if (*secret) {
		readBytes(*secret, bytes, length);
		*secret = NULL;
		return 0;
	}
	for (size_t i = 0; i < length; i++) {
		state = state * 1664525 + 1013904223;
		bytes[i] = (uint8_t)(state >> 24);
	}
	return 0;
}

static void answerEcdsa(const struct Question *question)
{
	mbedtls_ecp_group group;
	mbedtls_ecp_point key;
	mbedtls_mpi r, s;
	uint8_t digest[64];
	int result;

	openGroup(&group, question->fields[1]);
	openPoint(&key, question->fields[3], question->fields[4]);
	mbedtls_mpi_init(&r);
	mbedtls_mpi_init(&s);
	readNumber(&r, question->fields[5]);
	readNumber(&s, question->fields[6]);
	result = mbedtls_ecdsa_verify(
		&group, digest, readBytes(question->fields[2], digest, sizeof(digest)), &key, &r, &s);
	if (result == 0 || result == MBEDTLS_ERR_ECP_VERIFY_FAILED)
		printf("%s\n", result == 0 ? "yes" : "no");
	else
		printf("%d\n", result);
	mbedtls_mpi_free(&s);
	mbedtls_mpi_free(&r);
	mbedtls_ecp_point_free(&key);
	mbedtls_ecp_group_free(&group);
}

static void answerSign(const struct Question *question)
{
	const char *secret = question->fields[4];
	mbedtls_ecp_group group;
	mbedtls_mpi key, r, s;
	uint8_t digest[64];
	size_t size;

	openGroup(&group, question->fields[1]);
	size = group.pbits / 8;
	mbedtls_mpi_init(&key);
	mbedtls_mpi_init(&r);
	mbedtls_mpi_init(&s);
	readNumber(&key, question->fields[2]);
	check(mbedtls_ecdsa_sign(
		&group, &r, &s, &key, digest, readBytes(question->fields[3], digest, sizeof(digest)), draw, &secret));
	printNumber(&r, size);
	printf(" ");
	printNumber(&s, size);
	printf("\n");
	mbedtls_mpi_free(&s);
	mbedtls_mpi_free(&r);
	mbedtls_mpi_free(&key);
	mbedtls_ecp_group_free(&group);
}

static void answerTimes(const struct Question *question)
{
	const char *nothing = NULL;
	mbedtls_ecp_group group;
	mbedtls_ecp_point point, result;
	mbedtls_mpi factor;
	size_t size;
	int error;

	openGroup(&group, question->fields[1]);
	size = (group.pbits + 7) / 8;
	openPoint(&point, question->fields[3], question->count > 4 ? question->fields[4] : NULL);
	mbedtls_ecp_point_init(&result);
	mbedtls_mpi_init(&factor);
	readNumber(&factor, question->fields[2]);
	error = mbedtls_ecp_mul(&group, &result, &factor, &point, draw, &nothing);
	if (error != 0) {
		printf("%d\n", error);
	} else {
		printNumber(&result.MBEDTLS_PRIVATE(X), size);
		if (question->count > 4) {
			printf(" ");
			printNumber(&result.MBEDTLS_PRIVATE(Y), size);
		}
		printf("\n");
	}
	mbedtls_mpi_free(&factor);
	mbedtls_ecp_point_free(&result);
	mbedtls_ecp_point_free(&point);
	mbedtls_ecp_group_free(&group);
}

static void answerPolynomial(const struct Question *question)
{
	uint32_t a, b;

	readWords(question->fields[1], &a, 1);
	readWords(question->fields[2], &b, 1);
	printf("%08lx\n", (unsigned long)tlsWordsPolynomial(a, b));
}

static void answerGhash(const struct Question *question)
{
	uint64_t key[TLS_GHASH_KEY][2];
	uint8_t h[16], x[16];

	if (readBytes(question->fields[1], h, sizeof(h)) != sizeof(h) ||
		readBytes(question->fields[2], x, sizeof(x)) != sizeof(x))
		fail("wrong length", question->fields[2]);
	tlsGhashSetKey(key, h);
	tlsGhashMultiply(x, x, key);
	printBytes(x, sizeof(x));
	printf("\n");
}

static void answerGcm(const struct Question *question)
{
	mbedtls_gcm_context gcm;
	uint8_t key[32], nonce[16], additional[64], text[128], result[128], tag[16];
	size_t keySize = readBytes(question->fields[1], key, sizeof(key));
	size_t nonceSize = readBytes(question->fields[2], nonce, sizeof(nonce));
	size_t additionalSize = readBytes(question->fields[3], additional, sizeof(additional));
	size_t size = readBytes(question->fields[4], text, sizeof(text));

	mbedtls_gcm_init(&gcm);
	check(mbedtls_gcm_setkey(&gcm, MBEDTLS_CIPHER_ID_AES, key, (unsigned)keySize * 8));
	check(mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, size, nonce, nonceSize, additional,
		additionalSize, text, result, sizeof(tag), tag));
	printBytes(result, size);
	printBytes(tag, sizeof(tag));
	printf("\n");
	check(mbedtls_gcm_auth_decrypt(
		&gcm, size, nonce, nonceSize, additional, additionalSize, tag, sizeof(tag), result, result));
	if (memcmp(result, text, size) != 0)
		fail("decryption", question->fields[4]);
	tag[15] ^= 1;
	if (mbedtls_gcm_auth_decrypt(&gcm, size, nonce, nonceSize, additional, additionalSize, tag, sizeof(tag),
			text, result) != MBEDTLS_ERR_GCM_AUTH_FAILED)
		fail("a wrong tag is taken", question->fields[4]);
	mbedtls_gcm_free(&gcm);
}

static const struct {
	const char *name;
	void (*answer)(const struct Question *);
	unsigned least;
} kinds[] = {
	{"multiply", answerWords, 4},
	{"word", answerWords, 4},
	{"square", answerWords, 3},
	{"add", answerWords, 4},
	{"subtract", answerWords, 4},
	{"product", answerWords, 3},
	{"invert", answerWords, 3},
	{"normalize", answerWords, 3},
	{"ladder", answerLadder, 6},
	{"verify", answerVerify, 7},
	{"ecdsa", answerEcdsa, 7},
	{"sign", answerSign, 5},
	{"times", answerTimes, 4},
	{"polynomial", answerPolynomial, 3},
	{"ghash", answerGhash, 3},
	{"gcm", answerGcm, 5},
};

static void answer(char *line)
{
	struct Question question = {{NULL}, 0};

	for (char *field = strtok(line, " "); field && question.count < FIELDS; field = strtok(NULL, " "))
		question.fields[question.count++] = field;
	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (question.count >= kinds[i].least && !strcmp(question.fields[0], kinds[i].name)) {
			kinds[i].answer(&question);
			return;
		}
	}
	fail("no such question:", line);
}

#if defined(TLS_BOARD)

int main(void)
{
	char command[300], path[200], *text, *end;
	size_t length;

	if (!boardCommandLine(command, sizeof(command)) || sscanf(command, "%*s %199s", path) != 1)
		fail("usage: curvesTest FILE", "");
	text = (char *)boardReadFile(path, &length);
	if (!text || length == 0)
		fail("cannot read", path);
	text[length - 1] = '\0'; /* the last line's end */
	for (char *line = text; line; line = end) {
		end = strchr(line, '\n');
		if (end)
			*end++ = '\0';
		answer(line);
	}
	return 0;
}

#else

int main(int count, char **parameters)
{
	FILE *file = count == 2 ? fopen(parameters[1], "r") : NULL;
	char line[1000];

	if (!file)
		fail("usage: curvesTest FILE", "");
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		answer(line);
	}
	fclose(file);
	return 0;
}

#endif
