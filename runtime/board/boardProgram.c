/* SPDX-License-Identifier: MIT */
/* What to run: modules and resources by name, arguments, all of them from files of the host. */

#include "board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boardHeap.h"
#include "boardLink.h"
#include "boardSemihosting.h"
#include "xsHost.h"

extern const uint8_t boardCodeEnd[]; /* board.ld; code begins at 0 */

#define ARGUMENTS_MAX 32

enum Kind { MODULE, SOURCE, RESOURCE };

/* A name and the file that it leads to. All strings are inside the text of the program's file. */
struct Entry {
	struct Entry *next;
	enum Kind kind;
	const char *name;
	const char *file;
	struct RuntimeBytes resource; /* once it has been read */
};

static struct Entry *entries;
static const char *mainPath;
static const char *arguments[ARGUMENTS_MAX];
static unsigned argumentCount;

static void fatal(const char *what)
{
	printf("board: %s\n", what);
	exit(2);
}

/* Everything here lives as long as the program; there is no going on without memory for it. */
static void *allocate(size_t size)
{
	void *memory = boardHeapUncounted(size);

	if (!memory)
		fatal("no memory");
	return memory;
}

static void addEntry(enum Kind kind, const char *name, const char *file)
{
	struct Entry *entry = allocate(sizeof(*entry));

	memset(entry, 0, sizeof(*entry));
	entry->kind = kind;
	entry->name = name;
	entry->file = file;
	entry->next = entries;
	entries = entry;
}

static void addArgument(const char *text)
{
	if (argumentCount == ARGUMENTS_MAX)
		fatal("too many arguments");
	arguments[argumentCount++] = text;
}

static bool setFaults(const char *text)
{
	struct BoardFaults faults;

	if (!boardLinkParseFaults(text, &faults))
		return false;
	boardLinkSetFaults(&faults);
	return true;
}

/* Ends the part of `text` before the next tab and returns what is behind it. NULL: there is no tab. */
static char *split(char *text)
{
	char *tab = strchr(text, '\t');

	if (!tab)
		return NULL;
	*tab = 0;
	return tab + 1;
}

static bool readNamed(enum Kind kind, char *values)
{
	const char *file = split(values);

	if (file)
		addEntry(kind, values, file);
	return file != NULL;
}

static bool readLine(char *line)
{
	char *values = split(line);

	if (!values)
		return false;
	if (!strcmp(line, "main"))
		mainPath = values;
	else if (!strcmp(line, "argument"))
		addArgument(values);
	else if (!strcmp(line, "module"))
		return readNamed(MODULE, values);
	else if (!strcmp(line, "source"))
		return readNamed(SOURCE, values);
	else if (!strcmp(line, "resource"))
		return readNamed(RESOURCE, values);
	else if (!strcmp(line, "faults"))
		return setFaults(values);
	else
		return false;
	return true;
}

bool boardProgramRead(const char *path)
{
	size_t length;
	char *line = boardReadFile(path, &length), *end;

	if (!line) {
		printf("board: %s cannot be read\n", path);
		return false;
	}
	for (; *line; line = end) {
		end = line + strcspn(line, "\n");
		if (*end)
			*end++ = 0;
		if (*line && !readLine(line)) {
			printf("board: %s: not understood: %s\n", path, line);
			return false;
		}
	}
	if (!mainPath)
		printf("board: %s names no main module\n", path);
	return mainPath != NULL;
}

const char *boardProgramMain(void)
{
	return mainPath;
}

unsigned boardProgramArgumentCount(void)
{
	return argumentCount;
}

const char *boardProgramArgument(unsigned index)
{
	return arguments[index];
}

static struct Entry *find(enum Kind kind, const char *name)
{
	struct Entry *entry;

	for (entry = entries; entry; entry = entry->next)
		if (entry->kind == kind && !strcmp(entry->name, name))
			return entry;
	return NULL;
}

/* Puts the path of the module at `path` in `key`, with the extension that it may lack. */
static bool locateFile(const char *path, char *key, size_t size)
{
	static const char *const extensions[] = {"", ".js", ".ts"};
	size_t index;

	for (index = 0; index < sizeof(extensions) / sizeof(extensions[0]); index++) {
		int length = snprintf(key, size, "%s%s", path, extensions[index]);

		if (length < 0 || (size_t)length >= size)
			return false;
		if (find(SOURCE, key) || boardFileExists(key))
			return true;
	}
	return false;
}

bool runtimeLocateModule(const char *name, char *key, size_t size)
{
	const struct Entry *entry = find(MODULE, name);

	if (entry)
		return locateFile(entry->file, key, size);
	return name[0] == '/' && locateFile(name, key, size);
}

bool runtimeReadModule(const char *key, struct RuntimeBytes *source)
{
	const struct Entry *entry = find(SOURCE, key);

	source->bytes = (const uint8_t *)boardReadFile(entry ? entry->file : key, &source->length);
	return source->bytes != NULL;
}

void runtimeReleaseModule(struct RuntimeBytes *source)
{
	boardHeapUncountedFree((void *)source->bytes);
}

/* The entry for a resource without one: the file of that name beside the main module. */
static struct Entry *addResource(const char *name)
{
	size_t folder = (size_t)(strrchr(mainPath, '/') + 1 - mainPath), length = strlen(name);
	char *file = allocate(folder + 2 * (length + 1)), *copy = file + folder + length + 1;

	memcpy(file, mainPath, folder);
	memcpy(file + folder, name, length + 1);
	memcpy(copy, name, length + 1);
	if (!boardFileExists(file)) {
		boardHeapUncountedFree(file);
		return NULL;
	}
	addEntry(RESOURCE, copy, file);
	return entries;
}

bool runtimeFindResource(const char *name, struct RuntimeBytes *resource)
{
	struct Entry *entry = find(RESOURCE, name);

	if (!entry)
		entry = addResource(name);
	if (entry && !entry->resource.bytes)
		entry->resource.bytes = (const uint8_t *)boardReadFile(entry->file, &entry->resource.length);
	if (!entry || !entry->resource.bytes)
		return false;
	*resource = entry->resource;
	return true;
}

bool tlsBoardInFlash(const void *address)
{
	const uint8_t *bytes = address;
	const struct Entry *entry;

	if (bytes < boardCodeEnd)
		return true;
	for (entry = entries; entry; entry = entry->next)
		if (entry->resource.bytes && bytes >= entry->resource.bytes &&
			bytes < entry->resource.bytes + entry->resource.length)
			return true;
	return false;
}
