/* SPDX-License-Identifier: MIT */
/*
 * ES modules: from what a script imports to compiled code.
 *
 * A module is known by its key. The key of a built-in module is its name; the platform says what the keys of
 * all others are. Where the platform has no module of a name, the built-in ones are looked at.
 */

#include "xsAll.h"
#include "xsScript.h"
#include "runtime.h"

#define PATH_SIZE 1024

/* How a script says `method() @ "xs_name"`: the parser then lists these functions. */
#define HOSTS_FLAG mxCFlag

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
 * Writes to `path` what `specifier`, imported by the module `referrer` (NULL: by none), names: itself, or,
 * when it begins with ./ or ../, that path from the referrer's folder. False: too long, or above the root.
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

/* Makes the lines of stacks those of the text that the script was made from. While a name other than `key` is
   the parser's path, XS takes its lines to be unmapped. */
static void parseMapped(txParser *parser, struct SourceStream *stream, const char *key)
{
	struct SourceStream map = {{NULL, 0}, 0};
	txString name = NULL;
	if (!runtimeReadSourceMap(key, &map.source)) {
		parser->path = fxNewParserSymbol(parser, (txString)key);
		fxParserTree(parser, stream, nextByte, mxDebugFlag | HOSTS_FLAG, NULL);
		return;
	}
	parser->path = fxNewParserSymbol(parser, "compiled script");
	fxParserTree(parser, stream, nextByte, mxDebugFlag | HOSTS_FLAG, NULL);
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
	fxParserTree(parser, stream, nextByte, HOSTS_FLAG, NULL);
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

static txID readID(const char **bytes)
{
	txByte *from = (txByte *)*bytes;
	txID id;
	mxDecodeID(from, id);
	*bytes = (const char *)from;
	return id;
}

/* The name of the symbol `index` of a script, which has its names one after the other; the first has none. */
static txID symbolOf(txMachine *the, const txScript *script, txID index)
{
	const char *name = (const char *)script->symbolsBuffer;
	(void)readID(&name);
	if (index == XS_NO_ID)
		return XS_NO_ID;
	while (--index > 0)
		name += c_strlen(name) + 1;
	return fxNewNameC(the, (txString)name);
}

/* The module that is being loaded: XS calls for its functions in C without saying whose. */
static const txScript *loading;

/* The result is the array of the functions in C that the module names. */
static void buildHosts(txMachine *the)
{
	const char *bytes = (const char *)loading->hostsBuffer;
	txID count = readID(&bytes), i;
	txHostFunctionBuilder *builders = c_calloc((size_t)count, sizeof(txHostFunctionBuilder));
	if (!builders)
		mxUnknownError("no memory to bind a module");
	for (i = 0; i < count; i++) {
		const struct RuntimeNative *native;
		builders[i].length = (txS1)*bytes++;
		builders[i].id = symbolOf(the, loading, readID(&bytes));
		native = runtimeFindNative(bytes);
		if (!native || !native->function) {
			c_free(builders);
			mxReferenceError("no native \"%.64s\" in this build", bytes);
		}
		builders[i].callback = (txCallback)native->function;
		bytes += c_strlen(bytes) + 1;
	}
	fxBuildHosts(the, count, builders);
	c_free(builders);
	mxPullSlot(mxResult);
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
	if (script->hostsBuffer) {
		loading = script;
		script->callback = buildHosts;
	}
	fxResolveModule(the, module, moduleID, script, script, (txDestructor)fxDeleteScript);
}
