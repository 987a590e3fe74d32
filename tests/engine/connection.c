/* SPDX-License-Identifier: MIT */
/*
 * A connection in memory.
 */

#include "connection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const enum TlsVersion versions[2] = {TLS_VERSION_1_2, TLS_VERSION_1_3};
const char *const versionNames[2] = {"TLS 1.2", "TLS 1.3"};

void (*connectionWatch)(bool inClient);

static void watch(bool inClient)
{
	if (connectionWatch != NULL)
		connectionWatch(inClient);
}

static void check(int error, const char *what)
{
	if (error != 0) {
		printf("Bail out! %s: -0x%04X\n", what, (unsigned)-error);
		exit(1);
	}
}

const struct Usual *usual(void)
{
	static struct Usual made;

	if (made.ca.length == 0) {
		struct CertificateWish ca = pkiCaWish("CN=Test CA,O=Test", pkiKey(KEY_P256, 0));
		struct CertificateWish intermediate = pkiCaWish("CN=Test Intermediate", pkiKey(KEY_P256, 1));
		struct CertificateWish server =
			pkiServerWish("test.example", pkiKey(KEY_P256, 2), pkiKey(KEY_P256, 1));

		intermediate.issuer = "CN=Test CA,O=Test";
		intermediate.signer = pkiKey(KEY_P256, 0);
		server.issuer = "CN=Test Intermediate";
		made.ca = pkiCertificate(&ca);
		made.intermediate = pkiCertificate(&intermediate);
		made.server = pkiCertificate(&server);
	}
	return &made;
}

struct ServerWish usualServer(void)
{
	struct ServerWish wish;

	memset(&wish, 0, sizeof(wish));
	wish.chain[0] = &usual()->server;
	wish.chain[1] = &usual()->intermediate;
	wish.key = pkiKey(KEY_P256, 2);
	return wish;
}

struct ServerWish usualServerWith(mbedtls_pk_context *key, struct Certificate *leaf)
{
	struct CertificateWish wish = pkiServerWish("test.example", key, pkiKey(KEY_P256, 0));
	struct ServerWish server = usualServer();

	wish.issuer = "CN=Test CA,O=Test";
	*leaf = pkiCertificate(&wish);
	server.chain[0] = leaf;
	server.chain[1] = NULL;
	server.key = key;
	return server;
}

struct ClientWish usualClient(void)
{
	struct ClientWish wish;

	memset(&wish, 0, sizeof(wish));
	wish.host = "test.example";
	wish.anchors[0] = &usual()->ca;
	return wish;
}

static int serverSend(void *context, const unsigned char *bytes, size_t length)
{
	struct Connection *connection = context;

	queuePut(&connection->pipe.toClient, bytes, length);
	return (int)length;
}

static int serverReceive(void *context, unsigned char *bytes, size_t length)
{
	struct Connection *connection = context;

	length = queueTake(&connection->pipe.toServer, bytes, length);
	return length > 0 ? (int)length : MBEDTLS_ERR_SSL_WANT_READ;
}

static int keepInCache(
	void *context, const unsigned char *id, size_t length, const mbedtls_ssl_session *session)
{
	struct ServerCache *cache = context;

	if (length != sizeof(cache->id))
		return -1;
	memcpy(cache->id, id, length);
	return mbedtls_ssl_session_save(session, cache->session, sizeof(cache->session), &cache->length);
}

static int findInCache(void *context, const unsigned char *id, size_t length, mbedtls_ssl_session *session)
{
	struct ServerCache *cache = context;

	if (cache->length == 0 || length != sizeof(cache->id) || memcmp(cache->id, id, length) != 0)
		return -1;
	return mbedtls_ssl_session_load(session, cache->session, cache->length);
}

void connectionTickets(mbedtls_ssl_ticket_context *ticket)
{
	mbedtls_ssl_ticket_init(ticket);
	check(serverMbedtlsSetUpTickets(ticket, 3600), "tickets");
}

static void useTickets(mbedtls_ssl_config *configuration, mbedtls_ssl_ticket_context *ticket)
{
	mbedtls_ssl_conf_session_tickets_cb(
		configuration, mbedtls_ssl_ticket_write, mbedtls_ssl_ticket_parse, ticket);
	mbedtls_ssl_conf_new_session_tickets(configuration, 2);
}

static void configureServer(struct Connection *connection, const struct ServerWish *wish)
{
	mbedtls_ssl_config *configuration = &connection->configuration;

	check(mbedtls_ssl_config_defaults(
			  configuration, MBEDTLS_SSL_IS_SERVER, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT),
		"server defaults");
	tlsMbedtlsUseRandom(configuration);
	if (wish->minimum != 0)
		mbedtls_ssl_conf_min_tls_version(configuration, wish->minimum);
	if (wish->maximum != 0)
		mbedtls_ssl_conf_max_tls_version(configuration, wish->maximum);
	if (wish->suites != NULL)
		mbedtls_ssl_conf_ciphersuites(configuration, wish->suites);
	if (wish->groups != NULL)
		mbedtls_ssl_conf_groups(configuration, wish->groups);
	if (wish->signatures != NULL)
		mbedtls_ssl_conf_sig_algs(configuration, wish->signatures);
	if (wish->protocols != NULL)
		check(mbedtls_ssl_conf_alpn_protocols(configuration, wish->protocols), "server ALPN");
	if (wish->noExtendedMasterSecret)
		mbedtls_ssl_conf_extended_master_secret(configuration, MBEDTLS_SSL_EXTENDED_MS_DISABLED);
	for (int i = 0; i < 3 && wish->chain[i] != NULL; i++) {
		bool last = i == 2 || wish->chain[i + 1] == NULL;

		for (int copies = last ? wish->copies : 0; copies >= 0; copies--)
			check(mbedtls_x509_crt_parse_der(&connection->chain, wish->chain[i]->der, wish->chain[i]->length),
				"chain");
	}
	check(mbedtls_ssl_conf_own_cert(configuration, &connection->chain, wish->key), "server certificate");
	if (wish->presented != NULL) {
		connection->standIn = wish->presentedAt == 0 ? &connection->chain : connection->chain.next;
		connection->standInBytes = connection->standIn->raw.p;
		connection->standIn->raw.p = (unsigned char *)wish->presented->der;
		connection->standIn->raw.len = wish->presented->length;
	}
	if (wish->clientCa != NULL) {
		check(mbedtls_x509_crt_parse_der(&connection->clientCa, wish->clientCa->der, wish->clientCa->length),
			"client CA");
		mbedtls_ssl_conf_ca_chain(configuration, &connection->clientCa, NULL);
		/* Of the test's server, about its client. What the client verifies has no such setting. */
		mbedtls_ssl_conf_authmode(configuration,
			wish->clientOptional
				? MBEDTLS_SSL_VERIFY_OPTIONAL /* a server may go on without one: RFC 8446, 4.4.2.4 */
				: MBEDTLS_SSL_VERIFY_REQUIRED);
	}
	if (wish->tickets) {
		connectionTickets(&connection->ticket);
		useTickets(configuration, &connection->ticket);
	} else if (wish->ticketsOf != NULL)
		useTickets(configuration, wish->ticketsOf);
	if (wish->cache != NULL)
		mbedtls_ssl_conf_session_cache(configuration, wish->cache, findInCache, keepInCache);
}

static int64_t testClock(void *context)
{
	return ((struct Connection *)context)->now;
}

static struct TlsTrust *makeTrust(struct Connection *connection, const struct ClientWish *wish)
{
	struct TlsTrust *trust = tlsTrustCreate(wish->host, testClock, connection);

	if (trust == NULL) {
		tlsFail(&connection->failure, TLS_MEMORY, 0);
		return NULL;
	}
	for (int i = 0; i < 4 && wish->anchors[i] != NULL; i++) {
		/* Some copied, some in place. */
		if (!tlsTrustAddAnchor(
				trust, wish->anchors[i]->der, wish->anchors[i]->length, i % 2 == 0, &connection->failure)) {
			tlsTrustFree(trust);
			return NULL;
		}
	}
	for (int i = 0; i < 3 && wish->pins[i] != NULL; i++) {
		if (!tlsTrustAddPin(trust, wish->pins[i])) {
			tlsFail(&connection->failure, TLS_MEMORY, 0);
			tlsTrustFree(trust);
			return NULL;
		}
	}
	return trust;
}

static bool setKey(struct Connection *connection, const struct ClientWish *wish, struct TlsIdentity *identity)
{
	uint8_t key[2048];
	int length;

	if (wish->clientKeyName != NULL)
		return tlsIdentitySetKey(identity, (const uint8_t *)wish->clientKeyName, strlen(wish->clientKeyName),
			&connection->failure);
	length = mbedtls_pk_write_key_der(wish->clientKey, key, sizeof(key));
	if (length <= 0) /* the writer allocates too */
		return tlsFail(&connection->failure, TLS_MEMORY, length), false;
	return tlsIdentitySetKey(identity, key + sizeof(key) - length, (size_t)length, &connection->failure);
}

static struct TlsIdentity *makeIdentity(struct Connection *connection, const struct ClientWish *wish)
{
	struct TlsIdentity *identity = tlsIdentityCreate();
	bool good = true;

	if (identity == NULL) {
		tlsFail(&connection->failure, TLS_MEMORY, 0);
		return NULL;
	}
	for (int i = 0; i < CLIENT_CHAIN_MAX && wish->clientChain[i] != NULL && good; i++)
		good = tlsIdentityAddCertificate(identity, wish->clientChain[i]->der, wish->clientChain[i]->length,
			i % 2 == 0, &connection->failure);
	if (!good || !setKey(connection, wish, identity)) {
		tlsIdentityFree(identity);
		return NULL;
	}
	return identity;
}

static void createEngine(struct Connection *connection, const struct ClientWish *wish)
{
	struct TlsBytes protocols[4];
	struct TlsEngineConfiguration configuration;

	memset(&configuration, 0, sizeof(configuration));
	configuration.minimumVersion = wish->minimum != 0 ? wish->minimum : TLS_VERSION_1_2;
	configuration.maximumVersion = wish->maximum != 0 ? wish->maximum : TLS_VERSION_1_3;
	configuration.maximumFragmentLength = wish->maximumFragmentLength;
	configuration.port = wish->port;
	configuration.noSessions = wish->noSessions;
	configuration.protocols = protocols;
	for (; configuration.protocolCount < 4 && wish->protocols[configuration.protocolCount] != NULL;
		 configuration.protocolCount++) {
		protocols[configuration.protocolCount].bytes =
			(const uint8_t *)wish->protocols[configuration.protocolCount];
		protocols[configuration.protocolCount].length = strlen(wish->protocols[configuration.protocolCount]);
	}
	configuration.trust = makeTrust(connection, wish);
	if (configuration.trust == NULL)
		return;
	if (wish->clientKey != NULL || wish->clientKeyName != NULL) {
		configuration.identity = makeIdentity(connection, wish);
		if (configuration.identity == NULL) {
			tlsTrustFree(configuration.trust);
			return;
		}
	}
	connection->engine = tlsEngineCreate(&configuration, &connection->pipe.transport, &connection->failure);
}

void connectionOpen(
	struct Connection *connection, const struct ClientWish *client, const struct ServerWish *server)
{
	memset(connection, 0, sizeof(*connection));
	pipeInit(&connection->pipe);
	tlsFailureClear(&connection->failure);
	connection->now = client->now != 0 ? client->now : TEST_NOW;
	check(psa_crypto_init(), "PSA");
	mbedtls_ssl_init(&connection->ssl);
	mbedtls_ssl_config_init(&connection->configuration);
	mbedtls_x509_crt_init(&connection->chain);
	mbedtls_x509_crt_init(&connection->clientCa);
	mbedtls_ssl_ticket_init(&connection->ticket);
	if (server != NULL) {
		configureServer(connection, server);
		check(mbedtls_ssl_setup(&connection->ssl, &connection->configuration), "server");
		mbedtls_ssl_set_user_data_n(&connection->ssl, server->recordLimit);
		mbedtls_ssl_set_bio(&connection->ssl, connection, serverSend, serverReceive, NULL);
	}
	watch(true);
	createEngine(connection, client);
	watch(false);
}

void connectionClose(struct Connection *connection)
{
	watch(true);
	tlsEngineFree(connection->engine);
	watch(false);
	mbedtls_ssl_free(&connection->ssl);
	mbedtls_ssl_config_free(&connection->configuration);
	if (connection->standIn != NULL) {
		connection->standIn->raw.p = connection->standInBytes;
		connection->standIn->raw.len = 0;
	}
	mbedtls_x509_crt_free(&connection->chain);
	mbedtls_x509_crt_free(&connection->clientCa);
	mbedtls_ssl_ticket_free(&connection->ticket);
	pipeFree(&connection->pipe);
}

static bool turnServer(struct Connection *connection)
{
	int error;

	if (connection->configuration.MBEDTLS_PRIVATE(max_tls_version) == 0 || connection->serverConnected ||
		connection->serverError != 0)
		return false;
	error = mbedtls_ssl_handshake(&connection->ssl);
	if (error == MBEDTLS_ERR_SSL_WANT_READ || error == MBEDTLS_ERR_SSL_WANT_WRITE)
		return false;
	if (error == 0)
		connection->serverConnected = true;
	else
		connection->serverError = error;
	return true;
}

void connectionOpenAgain(struct Connection *fresh, struct Connection *connection,
	const struct ClientWish *client, const struct ServerWish *server)
{
	connectionOpen(fresh, client, server);
	tlsEngineFree(fresh->engine);
	tlsEngineRestart(connection->engine);
	tlsEngineSetTransport(connection->engine, &fresh->pipe.transport);
	fresh->engine = connection->engine;
	connection->engine = NULL;
}

bool connectionTurn(struct Connection *connection)
{
	struct Pipe *pipe = &connection->pipe;
	uint64_t sent = pipe->toServer.total;
	uint64_t received = pipe->toClient.total;
	size_t left = queueLength(&pipe->toClient), waiting = queueLength(&pipe->toServer);
	bool moved;

	connection->rounds++;
	pipeRelease(pipe);
	watch(true);
	moved = connection->engine != NULL && tlsEngineAdvance(connection->engine);
	moved |= connection->engine != NULL && tlsEngineIsHungry(connection->engine); /* it tries again */
	watch(false);
	moved |= turnServer(connection);
	return moved || pipe->toServer.total != sent || pipe->toClient.total != received ||
		   queueLength(&pipe->toClient) != left || queueLength(&pipe->toServer) != waiting;
}

void connectionHandshake(struct Connection *connection)
{
	if (connection->engine == NULL)
		return;
	while (tlsEngineState(connection->engine) == TLS_HANDSHAKING || !connection->serverConnected) {
		if (!connectionTurn(connection))
			return;
	}
}

enum TlsCode connectionCode(const struct Connection *connection)
{
	const struct TlsFailure *failure =
		connection->engine != NULL ? tlsEngineFailure(connection->engine) : &connection->failure;

	return (enum TlsCode)failure->code;
}

struct TlsFailure connectionTry(const struct ClientWish *client, const struct ServerWish *server)
{
	struct Connection connection;
	struct TlsFailure failure;

	connectionOpen(&connection, client, server);
	connectionHandshake(&connection);
	failure = connection.engine != NULL ? *tlsEngineFailure(connection.engine) : connection.failure;
	/* Neither connected nor failed: it hangs, which no test expects. */
	if (failure.code == TLS_OK && tlsEngineState(connection.engine) != TLS_CONNECTED)
		failure.code = TLS_TIMEOUT;
	connectionClose(&connection);
	return failure;
}

void connectionTurnAll(struct Connection *connection)
{
	while (connectionTurn(connection))
		continue;
}

void connectionMake(struct Connection *connection, enum TlsVersion version, struct ServerWish server)
{
	struct ClientWish client = usualClient();

	client.minimum = client.maximum = version;
	connectionOpen(connection, &client, &server);
	connectionHandshake(connection);
	connectionTurnAll(connection);
	check(tlsEngineState(connection->engine) == TLS_CONNECTED ? 0 : -1,
		tlsCodeName(connectionCode(connection)));
}
