/* SPDX-License-Identifier: MIT */
/*
 * Sessions that are kept in RAM for later connections: TLS_SESSIONS of them, for all instances of the program.
 */

#ifndef TLS_SOCKET_SESSIONS_H
#define TLS_SOCKET_SESSIONS_H

#include "tlsEngine.h"

/* Tries the session that fits the connection, if there is one, which is then no longer kept. */
void tlsSocketSessionsTry(struct TlsEngine *engine);

/* Keeps the connection's newest session, in place of the one of its binding, or of the one that was kept longest. */
void tlsSocketSessionsKeep(const struct TlsEngine *engine);

#endif
