/* SPDX-License-Identifier: MIT */
/*
 * The module "resolve": host names to addresses, by the system's resolver in a thread of its own.
 */

#include "desktop.h"
#include "mc.xs.h"

#include <gio/gio.h>

struct Lookup {
	xsMachine *the;
	xsSlot callback;
};

/* Sets xsVar(1) to an array of address strings. */
static void setAddresses(xsMachine *the, GList *addresses)
{
	xsIndex index = 0;
	xsmcSetNewArray(xsVar(1), 0);
	for (; addresses; addresses = addresses->next) {
		char *text = g_inet_address_to_string(addresses->data);
		xsmcSetString(xsVar(2), text);
		g_free(text);
		xsmcSetIndex(xsVar(1), index++, xsVar(2));
	}
}

static void resolved(GObject *resolver, GAsyncResult *result, gpointer data)
{
	struct Lookup *lookup = data;
	GError *error = NULL;
	GList *addresses = g_resolver_lookup_by_name_finish(G_RESOLVER(resolver), result, &error);
	desktopLoopRelease();
	xsBeginHost(lookup->the);
	{
		xsmcVars(4);
		if (error) {
			xsmcSetString(xsVar(0), error->message);
			xsVar(0) = xsNew1(xsGlobal, xsID_Error, xsVar(0));
		} else
			setAddresses(the, addresses);
		g_clear_error(&error);
		g_resolver_free_addresses(addresses);
		xsVar(3) = lookup->callback;
		xsForget(lookup->callback);
		c_free(lookup);
		(void)xsCallFunction2(xsVar(3), xsGlobal, xsVar(0), xsVar(1));
	}
	xsEndHost(lookup->the);
}

/* resolve(name, callback): callback(error, addresses) */
void xs_resolve(xsMachine *the)
{
	const char *name = xsmcToString(xsArg(0));
	GResolver *resolver;
	struct Lookup *lookup;
	if (!xsmcIsCallable(xsArg(1)))
		xsTypeError("callback: must be a function");
	lookup = c_malloc(sizeof(struct Lookup));
	if (!lookup)
		xsUnknownError("no memory");
	lookup->the = the;
	lookup->callback = xsArg(1);
	xsRemember(lookup->callback);
	desktopLoopHold();
	resolver = g_resolver_get_default();
	g_resolver_lookup_by_name_async(resolver, name, NULL, resolved, lookup);
	g_object_unref(resolver);
}
