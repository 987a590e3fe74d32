/* SPDX-License-Identifier: MIT */
/*
 * A factory of keys and certificates, right and wrong ones.
 */

#ifndef PKI_H
#define PKI_H

#include "tlsMbedtls.h"

enum KeyKind { KEY_P256, KEY_P384, KEY_RSA_2048, KEY_RSA_1024, KEY_ODD_CURVE };

/* A key of that kind. `number` tells keys of one kind apart; each is made once and kept to the end of the
   program. */
mbedtls_pk_context *pkiKey(enum KeyKind kind, int number);

/* Frees all keys. */
void pkiFree(void);

struct CertificateWish {
	const char *subject; /* "CN=..." */
	const char *issuer;  /* NULL: the subject */
	mbedtls_pk_context *key;
	mbedtls_pk_context *signer;       /* NULL: the key itself */
	const char *notBefore, *notAfter; /* "YYYYMMDDHHMMSS"; NULL: around TEST_NOW */
	const char *dnsName;              /* subject alternative names, each may be NULL */
	const char *dnsName2;
	const char *mailName;   /* rfc822Name */
	const uint8_t *address; /* iPAddress of addressSize bytes */
	size_t addressSize;
	bool ca;
	int pathLength;               /* with ca; -1: none */
	unsigned keyUsage;            /* 0: none */
	const char *extendedKeyUsage; /* OID in its encoding, 8 bytes; NULL: none */
	const uint8_t *extension;     /* value of one more extension, with extensionOid */
	size_t extensionSize;
	const char *extensionOid;
	size_t extensionOidSize;
	bool extensionCritical;
	int version;                       /* 1 or 2, which have no extensions; 0: 3 */
	uint8_t subjectKeyId, issuerKeyId; /* key identifiers: this byte 20 times; 0: none */
};

struct Certificate {
	size_t length;
	uint8_t der[1600];
};

/* The time that the tests' clock shows: 15 December 2026, noon, UTC. */
#define TEST_NOW INT64_C(1797336000)

/* Makes a certificate, or ends the program: a test cannot go on without. */
struct Certificate pkiCertificate(const struct CertificateWish *wish);

/* A wish for a server's certificate for `dnsName`. */
struct CertificateWish pkiServerWish(
	const char *dnsName, mbedtls_pk_context *key, mbedtls_pk_context *signer);

/* The digest of a certificate's public key, as a pin has it. */
void pkiPin(const struct Certificate *certificate, uint8_t digest[32]);

/* Makes the two parts of a certificate that name its signature algorithm say SHA-1 where they say SHA-256,
   with RSA. */
void pkiClaimSha1(struct Certificate *certificate);

/* A wish for a CA's certificate. */
struct CertificateWish pkiCaWish(const char *subject, mbedtls_pk_context *key);

#endif
