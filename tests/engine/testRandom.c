/* SPDX-License-Identifier: MIT */
/*
 * A random generator that dies: whenever it does, the connection ends with TLS_RANDOM, for the right reason
 * or not at all.
 */

#include "connection.h"
#include "tap.h"

#include <errno.h>
#include <sys/types.h>

static bool inClient;
static long number; /* of the client's last call */
static long diesAt; /* the client's calls from this number on fail; 0: none */

ssize_t __real_getrandom(void *bytes, size_t length, unsigned flags);
ssize_t __wrap_getrandom(void *bytes, size_t length, unsigned flags);

/* Stands in for the system's function (see CMakeLists.txt). */
ssize_t __wrap_getrandom(void *bytes, size_t length, unsigned flags)
{
	if (inClient && ++number >= diesAt && diesAt > 0) {
		errno = ENOSYS;
		return -1;
	}
	return __real_getrandom(bytes, length, flags);
}

static void watch(bool in)
{
	inClient = in;
}

void testRandom(void)
{
	struct ServerWish server = usualServer();

	connectionWatch = watch;
	for (int version = 0; version < 2; version++) {
		struct ClientWish client = usualClient();
		struct TlsFailure failure;
		long wrong = 0;

		client.minimum = client.maximum = versions[version];
		for (diesAt = 1;; diesAt++) {
			number = 0;
			failure = connectionTry(&client, &server);
			if (number < diesAt)
				break;
			if (failure.code != TLS_RANDOM) {
				wrong++;
				note("call %ld: %s, library -0x%04X, %s", diesAt, tlsCodeName(failure.code),
					(unsigned)-failure.library, failure.detail);
			}
		}
		ok(diesAt > 3 && failure.code == TLS_OK && wrong == 0,
			"TLS %s: the random generator dies, after each of %ld calls", version == 0 ? "1.2" : "1.3",
			diesAt - 1);
		diesAt = 0;
	}
	connectionWatch = NULL;
}
