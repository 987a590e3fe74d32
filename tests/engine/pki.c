/* SPDX-License-Identifier: MIT */
/*
 * Keys and certificates by Mbed TLS's writer.
 */

#include "pki.h"
#include "serverMbedtls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEYS_OF_A_KIND 4

static struct {
	mbedtls_pk_context key;
	bool made;
} keys[KEY_ODD_CURVE + 1][KEYS_OF_A_KIND];

static void check(int error, const char *what)
{
	if (error != 0) {
		printf("Bail out! %s: -0x%04X\n", what, (unsigned)-error);
		exit(1);
	}
}

mbedtls_pk_context *pkiKey(enum KeyKind kind, int number)
{
	mbedtls_pk_context *key = &keys[kind][number].key;

	if (keys[kind][number].made)
		return key;
	keys[kind][number].made = true;
	check(psa_crypto_init(), "PSA");
	mbedtls_pk_init(key);
	switch (kind) {
	case KEY_P256:
		check(serverMbedtlsMakeEcKey(key, 256), "P-256 key");
		break;
	case KEY_P384:
		check(serverMbedtlsMakeEcKey(key, 384), "P-384 key");
		break;
	case KEY_RSA_2048:
		check(serverMbedtlsMakeRsaKey(key, 2048), "RSA key");
		break;
	case KEY_RSA_1024:
		check(serverMbedtlsMakeRsaKey(key, 1024), "RSA key");
		break;
	case KEY_ODD_CURVE:
		check(serverMbedtlsMakeOddKey(key, number), "key on an odd curve");
		break;
	}
	return key;
}

void pkiFree(void)
{
	for (int kind = 0; kind <= KEY_ODD_CURVE; kind++) {
		for (int number = 0; number < KEYS_OF_A_KIND; number++) {
			if (keys[kind][number].made)
				mbedtls_pk_free(&keys[kind][number].key);
			keys[kind][number].made = false;
		}
	}
}

struct CertificateWish pkiServerWish(const char *dnsName, mbedtls_pk_context *key, mbedtls_pk_context *signer)
{
	struct CertificateWish wish;

	memset(&wish, 0, sizeof(wish));
	wish.subject = "CN=server";
	wish.issuer = "CN=Test CA";
	wish.key = key;
	wish.signer = signer;
	wish.dnsName = dnsName;
	wish.pathLength = -1;
	wish.keyUsage = MBEDTLS_X509_KU_DIGITAL_SIGNATURE;
	wish.extendedKeyUsage = MBEDTLS_OID_SERVER_AUTH;
	return wish;
}

struct CertificateWish pkiCaWish(const char *subject, mbedtls_pk_context *key)
{
	struct CertificateWish wish;

	memset(&wish, 0, sizeof(wish));
	wish.subject = subject;
	wish.key = key;
	wish.ca = true;
	wish.pathLength = -1;
	wish.keyUsage = MBEDTLS_X509_KU_KEY_CERT_SIGN | MBEDTLS_X509_KU_CRL_SIGN;
	return wish;
}

/* SubjectAltName ::= SEQUENCE OF [1] rfc822Name, [2] dNSName or [7] iPAddress; all lengths here are below
   128. */
static size_t writeNames(const struct CertificateWish *wish, uint8_t *der)
{
	size_t length = 2;
	const char *names[] = {wish->mailName, wish->dnsName, wish->dnsName2};

	for (int i = 0; i < 3; i++) {
		size_t size = names[i] != NULL ? strlen(names[i]) : 0;

		if (names[i] == NULL)
			continue;
		der[length++] = i == 0 ? 0x81 : 0x82;
		der[length++] = (uint8_t)size;
		memcpy(der + length, names[i], size);
		length += size;
	}
	if (wish->address != NULL) {
		der[length++] = 0x87;
		der[length++] = (uint8_t)wish->addressSize;
		memcpy(der + length, wish->address, wish->addressSize);
		length += wish->addressSize;
	}
	der[0] = 0x30;
	der[1] = (uint8_t)(length - 2);
	return length;
}

/* `prefix` is the beginning of the extension's value, up to the 20 bytes of the identifier. */
static void addKeyId(mbedtls_x509write_cert *writer, const char *oid, size_t oidSize, const uint8_t *prefix,
	size_t prefixSize, uint8_t id)
{
	uint8_t value[32];

	if (id == 0)
		return;
	memcpy(value, prefix, prefixSize);
	memset(value + prefixSize, id, 20);
	check(mbedtls_x509write_crt_set_extension(writer, oid, oidSize, 0, value, prefixSize + 20),
		"key identifier");
}

static void addExtensions(mbedtls_x509write_cert *writer, const struct CertificateWish *wish)
{
	uint8_t names[128], usage[32];
	size_t length = writeNames(wish, names);

	check(mbedtls_x509write_crt_set_basic_constraints(writer, wish->ca, wish->pathLength), "constraints");
	if (length > 2)
		check(mbedtls_x509write_crt_set_extension(writer, MBEDTLS_OID_SUBJECT_ALT_NAME,
				  MBEDTLS_OID_SIZE(MBEDTLS_OID_SUBJECT_ALT_NAME), 0, names, length),
			"names");
	if (wish->keyUsage != 0)
		check(mbedtls_x509write_crt_set_key_usage(writer, wish->keyUsage), "key usage");
	if (wish->extendedKeyUsage != NULL) {
		usage[0] = 0x30;
		usage[1] = 10;
		usage[2] = 0x06;
		usage[3] = 8;
		memcpy(usage + 4, wish->extendedKeyUsage, 8);
		check(mbedtls_x509write_crt_set_extension(writer, MBEDTLS_OID_EXTENDED_KEY_USAGE,
				  MBEDTLS_OID_SIZE(MBEDTLS_OID_EXTENDED_KEY_USAGE), 0, usage, 12),
			"extended key usage");
	}
	addKeyId(writer, MBEDTLS_OID_SUBJECT_KEY_IDENTIFIER, MBEDTLS_OID_SIZE(MBEDTLS_OID_SUBJECT_KEY_IDENTIFIER),
		(const uint8_t *)"\x04\x14", 2, wish->subjectKeyId);
	addKeyId(writer, MBEDTLS_OID_AUTHORITY_KEY_IDENTIFIER,
		MBEDTLS_OID_SIZE(MBEDTLS_OID_AUTHORITY_KEY_IDENTIFIER), (const uint8_t *)"\x30\x16\x80\x14", 4,
		wish->issuerKeyId);
	if (wish->extension != NULL)
		check(mbedtls_x509write_crt_set_extension(writer, wish->extensionOid, wish->extensionOidSize,
				  wish->extensionCritical, wish->extension, wish->extensionSize),
			"extension");
}

struct Certificate pkiCertificate(const struct CertificateWish *wish)
{
	static unsigned char serial;
	struct Certificate certificate;
	mbedtls_x509write_cert writer;
	mbedtls_pk_context *signer = wish->signer != NULL ? wish->signer : wish->key;
	unsigned char number[2] = {1, ++serial};
	int length;

	mbedtls_x509write_crt_init(&writer);
	mbedtls_x509write_crt_set_version(
		&writer, wish->version != 0 ? wish->version - 1 : MBEDTLS_X509_CRT_VERSION_3);
	mbedtls_x509write_crt_set_md_alg(&writer, MBEDTLS_MD_SHA256);
	mbedtls_x509write_crt_set_subject_key(&writer, wish->key);
	mbedtls_x509write_crt_set_issuer_key(&writer, signer);
	check(mbedtls_x509write_crt_set_serial_raw(&writer, number, sizeof(number)), "serial");
	check(mbedtls_x509write_crt_set_subject_name(&writer, wish->subject), "subject");
	check(mbedtls_x509write_crt_set_issuer_name(&writer, wish->issuer != NULL ? wish->issuer : wish->subject),
		"issuer");
	check(mbedtls_x509write_crt_set_validity(&writer,
			  wish->notBefore != NULL ? wish->notBefore : "20260101000000",
			  wish->notAfter != NULL ? wish->notAfter : "20271231235959"),
		"validity");
	if (wish->version == 0)
		addExtensions(&writer, wish);
	length = serverMbedtlsWriteCertificate(&writer, certificate.der, sizeof(certificate.der));
	check(length < 0 ? length : 0, "certificate");
	memmove(certificate.der, certificate.der + sizeof(certificate.der) - length, (size_t)length);
	certificate.length = (size_t)length;
	mbedtls_x509write_crt_free(&writer);
	return certificate;
}

void pkiPin(const struct Certificate *certificate, uint8_t digest[32])
{
	mbedtls_x509_crt parsed;
	size_t length;

	mbedtls_x509_crt_init(&parsed);
	check(
		mbedtls_x509_crt_parse_der(&parsed, certificate->der, certificate->length), "certificate for a pin");
	check(psa_hash_compute(PSA_ALG_SHA_256, parsed.pk_raw.p, parsed.pk_raw.len, digest, 32, &length), "pin");
	mbedtls_x509_crt_free(&parsed);
}

void pkiClaimSha1(struct Certificate *certificate)
{
	static const uint8_t sha256WithRsa[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 11};

	for (size_t i = 0; i + sizeof(sha256WithRsa) <= certificate->length; i++) {
		if (memcmp(certificate->der + i, sha256WithRsa, sizeof(sha256WithRsa)) == 0)
			certificate->der[i + sizeof(sha256WithRsa) - 1] = 5;
	}
}
