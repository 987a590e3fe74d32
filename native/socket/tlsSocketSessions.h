/* SPDX-License-Identifier: MIT */
/*
 * Sessions that are kept in RAM for later connections: TLS_SESSIONS of them, for all instances of the
 * program. A peer is what one binding stands for (tlsEngineBinding).
 */

#ifndef TLS_SOCKET_SESSIONS_H
#define TLS_SOCKET_SESSIONS_H

#include "tlsEngine.h"

/* Tries `given`, or if that is NULL the peer's newest, which is then no longer kept. */
void tlsSocketSessionsTry(struct TlsEngine *engine, const struct TlsBytes *given);

/* Keeps the connection's newest session, in place of one that its peer, or another, has besides others, if
   there is one; else of the one that was kept longest. */
void tlsSocketSessionsKeep(const struct TlsEngine *engine);

#define TLS_SESSIONS_PAUSE 15

/* The peer refused a connection that tried a session: the next TLS_SESSIONS_PAUSE to it try none, and keep
   none. */
void tlsSocketSessionsPause(const struct TlsEngine *engine);

#endif
