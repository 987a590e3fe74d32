/* SPDX-License-Identifier: MIT */
/*
 * Where lwIP runs, and how to get there.
 *
 * lwIP is not reentrant: its functions may be called only where its callbacks run. That is
 *
 *    ESP32           the TCP/IP thread
 *    Pico W          a low-priority interrupt (the SDK links cyw43_arch_threadsafe_background)
 *    emulated board  the event loop itself, as on ESP8266
 *
 * tlsLwipRun has a function run there and returns when it is done. Whatever is touched only inside such
 * functions and inside lwIP's callbacks needs no other lock. Anything but ERR_OK: the network was not
 * started, or has been stopped, and the function did not run. To enter all the same is fatal: an assertion on
 * the ESP32, a jump to nowhere on the Pico.
 *
 * TLS_LWIP_FREES: memory can be freed there. On the Pico it is an interrupt, which can come inside malloc.
 *
 * The SDK's own way there is one function per lwIP function (tcp_write_safe and so on, modLwipSafe.h). Those
 * are not used: they take a pcb that lwIP's error callback may have freed by the time they run,
 * tcp_connect_safe and tcp_close_safe lose the error, tcp_close_safe resets the connection on the Pico before
 * what was accepted is sent, and there they do not keep lwIP's interrupt out.
 */

#ifndef TLS_LWIP_CONTEXT_H
#define TLS_LWIP_CONTEXT_H

#include "lwip/err.h"

typedef void (*TlsLwipFunction)(void *argument);

#if defined(ESP32) || defined(ESP_PLATFORM) || defined(TLS_LWIP_THREAD) /* the last is for tests */

#define TLS_LWIP_FREES 1

#include "lwip/priv/tcpip_priv.h"

struct TlsLwipCall {
	struct tcpip_api_call_data call; /* first: lwIP passes its address on */
	TlsLwipFunction function;
	void *argument;
};

static inline err_t tlsLwipEnter(struct tcpip_api_call_data *call)
{
	struct TlsLwipCall *run = (struct TlsLwipCall *)call;
	run->function(run->argument);
	return ERR_OK;
}

static inline err_t tlsLwipRun(TlsLwipFunction function, void *argument)
{
	struct TlsLwipCall run = {.function = function, .argument = argument};
	if (!sys_thread_tcpip(LWIP_CORE_IS_TCPIP_INITIALIZED))
		return ERR_IF;
	return tcpip_api_call(tlsLwipEnter, &run.call);
}

#elif defined(PICO_BUILD)

#include "pico/cyw43_arch.h"

#define TLS_LWIP_FREES 0

static inline err_t tlsLwipRun(TlsLwipFunction function, void *argument)
{
	if (!cyw43_arch_async_context())
		return ERR_IF;
	cyw43_arch_lwip_begin();
	function(argument);
	cyw43_arch_lwip_end();
	return ERR_OK;
}

#else

#define TLS_LWIP_FREES 1

static inline err_t tlsLwipRun(TlsLwipFunction function, void *argument)
{
	function(argument);
	return ERR_OK;
}

#endif

#endif
