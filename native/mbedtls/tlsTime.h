/* SPDX-License-Identifier: MIT */
/*
 * What the vendored Mbed TLS takes for its clocks. Neither shows the time.
 *
 * The library asks in seconds for the first bytes of a TLS 1.2 client random, which would tell who has which
 * clock: it gets random bytes. It asks in milliseconds for the age of a TLS 1.3 session, which servers check:
 * that clock stands still, and the engine gives a session its age by the clock that certificates are checked
 * by (tlsSession.c).
 */

#ifndef TLS_TIME_H
#define TLS_TIME_H

#include <time.h>

/* For mbedtls_time; `unused` is NULL. */
time_t tlsTimeRandom(time_t *unused);

#endif
