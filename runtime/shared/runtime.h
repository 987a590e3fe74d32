/* SPDX-License-Identifier: MIT */
/*
 * The runtime's core, for any machine that runs XS without the Moddable SDK: what it does, and what the
 * platform underneath (desktop, emulated board) provides to it.
 *
 * The core knows no files, no operating system and no event loop. Modules and resources come as bytes from
 * the platform; promise jobs run when the platform's event loop says so.
 */

#ifndef RUNTIME_H
#define RUNTIME_H

#include "xsmc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that live as long as the program. */
struct RuntimeBytes {
	const uint8_t *bytes;
	size_t length;
};

/* One host function or host object's destructor, as scripts name it: native("name"), Native("name"). */
struct RuntimeNative {
	const char *name;
	xsCallback function;     /* NULL: a destructor */
	xsDestructor destructor; /* NULL: a function */
};

/* A module that is part of the program. */
struct RuntimeModule {
	const char *name;
	struct RuntimeBytes source;
};

/* --- Made by bindings.mjs from the sources of the program --- */

/* Every name that the scripts bind, in the order of strcmp. */
extern const struct RuntimeNative runtimeNatives[];
extern const size_t runtimeNativeCount;

/* The strings of xsID_name, in the order of runtimeIdentifiers (mc.xs.h). */
extern const char *const runtimeIdentifierNames[];
extern const size_t runtimeIdentifierCount;

/* The built-in modules. */
extern const struct RuntimeModule runtimeModules[];
extern const size_t runtimeModuleCount;

/* --- What the core does --- */

/* Creates a machine with the globals of this runtime. `creation` gives its sizes. NULL: no memory. */
xsMachine *runtimeCreate(xsCreation *creation, void *context);

/* Deletes the machine: runs the destructors of all host objects. */
void runtimeDelete(xsMachine *the);

/* Starts importing a module. What it throws is an unhandled rejection, seen by the next runtimeRunJobs. */
void runtimeImport(xsMachine *the, const char *specifier);

/* Whether promise jobs wait for runtimeRunJobs. */
bool runtimeHasJobs(xsMachine *the);

/* Runs promise jobs until none is left; then rejections that nobody handles are reported like uncaught
   exceptions. The event loop calls this after each turn. */
void runtimeRunJobs(xsMachine *the);

/* The script's function that is told of uncaught exceptions instead of ending the program. Undefined:
   none. */
void runtimeSetUncaughtHandler(xsMachine *the, xsSlot *function);

/* The native of that name; NULL: there is none. */
const struct RuntimeNative *runtimeFindNative(const char *name);

/* Defines the globals `native` and `Native`. */
void runtimeDefineNatives(xsMachine *the);

/* The UTF-8 of a string of XS, which holds U+0000 as two bytes and lone surrogates as three (these become
   U+FFFD). Writes to `bytes` unless that is NULL. Returns the length. */
size_t runtimeEncodeText(const char *string, uint8_t *bytes);

/* --- What the platform provides --- */

/*
 * Finds the module `name`, which is what a script imports: a name, or a path, with relative ones resolved
 * against the importing module. Writes the key that identifies the module to `key`, NUL-terminated, at most
 * `size` bytes. False: there is none.
 */
bool runtimeLocateModule(const char *name, char *key, size_t size);

/* The source text of a located module. False: it cannot be read. */
bool runtimeReadModule(const char *key, struct RuntimeBytes *source);

/* The source map of a module that was made from another language, for the line numbers in stacks. False:
   none. */
bool runtimeReadSourceMap(const char *key, struct RuntimeBytes *map);

/* Gives back what one of these two returned. */
void runtimeReleaseModule(struct RuntimeBytes *source);

/* Finds the resource `name`. False: there is none. */
bool runtimeFindResource(const char *name, struct RuntimeBytes *resource);

/* Writes text for a person, UTF-8, to the output or the errors. */
void runtimeWrite(bool error, const uint8_t *text, size_t length);

/* Asks the event loop for a turn: promise jobs are waiting. */
void runtimeQueueJobs(xsMachine *the);

/* Called before and after each function of runtimeNatives, where RUNTIME_WATCH_NATIVES is defined; not after
   one that throws. */
void runtimeEnterNative(void);
void runtimeLeaveNative(void);

/* Ends the program, because of an error that has been reported. Does not return. */
void runtimeExit(int status) XS_FUNCTION_NORETURN;

#endif
