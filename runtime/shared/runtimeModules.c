/* SPDX-License-Identifier: MIT */
/*
 * ES modules: from what a script imports to compiled code.
 *
 * A module is known by its key. The key of a built-in module is its name; the platform says what the keys of all
 * others are. Where the platform has no module of a name, the built-in ones are looked at.
 */

#include "xsAll.h"
#include "xsScript.h"
#include "runtime.h"

#define PATH_SIZE 1024

struct SourceStream {
	struct RuntimeBytes source;
	size_t offset;
};

static const struct RuntimeModule *findBuiltIn(const char *name)
{
	size_t i;
	for (i = 0; i < runtimeModuleCount; i++) {
		if (!c_strcmp(runtimeModules[i].name, name))
			return &runtimeModules[i];
	}
	return NULL;
}

static bool append(char *path, const char *text, size_t length)
{
	size_t used = c_strlen(path);
	if (length >= PATH_SIZE - used)
		return false;
	c_memcpy(path + used, text, length);
	path[used + length] = 0;
	return true;
}

/* Cuts the last part of `path` and the slash before it. False: there is none. */
static bool cutLast(char *path)
{
	char *slash = c_strrchr(path, '/');
	if (!slash)
		return false;
	*slash = 0;
	return true;
}

/*
 * Writes to `path` what `specifier`, imported by the module `referrer` (NULL: by none), names: itself, or, when it
 * begins with ./ or ../, that path from the referrer's folder. False: too long, or above the root.
 */
static bool resolvePath(const char *specifier, const char *referrer, char *path)
{
	path[0] = 0;
	if (!referrer || (c_strncmp(specifier, "./", 2) && c_strncmp(specifier, "../", 3)))
		return append(path, specifier, c_strlen(specifier));
	if (!append(path, referrer, c_strlen(referrer)))
		return false;
	if (!cutLast(path))
		path[0] = 0;
	for (;;) {
		if (!c_strncmp(specifier, "./", 2))
			specifier += 2;
		else if (!c_strncmp(specifier, "../", 3)) {
			if (!cutLast(path))
				return false;
			specifier += 3;
		} else
			break;
	}
	if (path[0] && !append(path, "/", 1))
		return false;
	return append(path, specifier, c_strlen(specifier));
}

/* XS asks for the identifier of the module that the module `moduleID` imports as `slot`. */
txID fxFindModule(txMachine *the, txSlot *realm, txID moduleID, txSlot *slot)
{
	char path[PATH_SIZE], key[PATH_SIZE];
	const char *referrer = (moduleID == XS_NO_ID) ? NULL : fxGetKeyName(the, moduleID);
	(void)realm;
	if (!resolvePath(fxToString(the, slot), referrer, path))
		mxRangeError("the path of an imported module is too long");
	if (runtimeLocateModule(path, key, sizeof(key)))
		return fxNewNameC(the, key);
	if (findBuiltIn(path))
		return fxNewNameC(the, path);
	return XS_NO_ID;
}

static int nextByte(void *data)
{
	struct SourceStream *stream = data;
	if (stream->offset == stream->source.length)
		return C_EOF;
	return stream->source.bytes[stream->offset++];
}

/* Says where a module has a syntax error: the SyntaxError that follows has no place for it. */
static void reportSyntax(void *console, txString path, txInteger line, txString format, c_va_list arguments)
{
	char text[256];
	size_t used;
	(void)console;
	used = (size_t)c_snprintf(text, sizeof(text), "%.120s:%d: ", path ? path : "?", (int)line);
	c_vsnprintf(text + used, sizeof(text) - used - 1, format, arguments);
	used = c_strlen(text);
	text[used] = '\n';
	runtimeWrite(true, (const uint8_t *)text, used + 1);
}

#ifdef mxDebug

/* Makes the lines of stacks those of the text that the script was made from. While a name other than `key` is the
   parser's path, XS takes its lines to be unmapped. */
static void parseMapped(txParser *parser, struct SourceStream *stream, const char *key)
{
	struct SourceStream map = {{NULL, 0}, 0};
	txString name = NULL;
	if (!runtimeReadSourceMap(key, &map.source)) {
		parser->path = fxNewParserSymbol(parser, (txString)key);
		fxParserTree(parser, stream, nextByte, mxDebugFlag, NULL);
		return;
	}
	parser->path = fxNewParserSymbol(parser, "compiled script");
	fxParserTree(parser, stream, nextByte, mxDebugFlag, NULL);
	if (parser->errorCount == 0)
		fxParserSourceMap(parser, &map, nextByte, 0, &name);
	parser->path = fxNewParserSymbol(parser, (txString)key);
	runtimeReleaseModule(&map.source);
}

#endif

static void parse(txParser *parser, struct SourceStream *stream, const char *key)
{
#ifdef mxDebug
	parseMapped(parser, stream, key);
#else
	parser->path = fxNewParserSymbol(parser, (txString)key);
	fxParserTree(parser, stream, nextByte, 0, NULL);
#endif
	fxParserHoist(parser);
	fxParserBind(parser);
}

static txScript *compile(txMachine *the, const char *key, const struct RuntimeBytes *source)
{
	struct SourceStream stream = {*source, 0};
	txParser parser;
	txParserJump jump;
	txScript *volatile script = NULL;

	fxInitializeParser(&parser, the, the->parserBufferSize, the->parserTableModulo);
	parser.firstJump = &jump;
	if (c_setjmp(jump.jmp_buf) == 0) {
		parser.reportError = reportSyntax;
		parse(&parser, &stream, key);
		script = fxParserCode(&parser);
	}
	fxTerminateParser(&parser);
	return script;
}

/* XS asks for the code of a module that fxFindModule found. */
void fxLoadModule(txMachine *the, txSlot *module, txID moduleID)
{
	const char *key = fxGetKeyName(the, moduleID);
	const struct RuntimeModule *builtIn = findBuiltIn(key);
	struct RuntimeBytes source;
	txScript *script;
	if (builtIn)
		source = builtIn->source;
	else if (!runtimeReadModule(key, &source))
		mxReferenceError("module \"%s\" cannot be read", key);
	script = compile(the, key, &source);
	if (!builtIn)
		runtimeReleaseModule(&source);
	if (!script)
		mxUnknownError("no memory to compile a module");
	fxResolveModule(the, module, moduleID, script, script, (txDestructor)fxDeleteScript);
}
