/* SPDX-License-Identifier: MIT */
/*
 * The secrets of a connection for a protocol analyser, in the format of SSLKEYLOGFILE (X6). Whoever has them
 * reads the connection: there is a key log in debug builds on a computer only.
 */

#ifndef TLS_KEY_LOG_H
#define TLS_KEY_LOG_H

#include "tlsConfiguration.h"
#include "tlsEngine.h"

#if TLS_KEY_LOG
/* Has each secret of the connection added to the file that the environment variable SSLKEYLOGFILE names;
   without one, does nothing. To be called before tlsEngineAdvance. */
void tlsKeyLogUse(struct TlsEngine *engine);
#endif

#endif
