/* SPDX-License-Identifier: MIT */
/*
 * Modules and resources as files: where a name leads, and what it holds.
 *
 * bin/xsrun writes a map of the names that manifests define and of the files that stand in for TypeScript.
 * The key of a module in a file is the file's absolute path.
 */

#include "desktop.h"

#include <string.h>

enum Kind { MODULE, SOURCE, RESOURCE, KINDS };

static const char *const kindNames[KINDS] = {"module", "source", "resource"};
static const char *const extensions[] = {"", ".js", ".ts"};

static GHashTable *maps[KINDS];     /* name to file */
static GHashTable *openedResources; /* file to GMappedFile */
static char *resourceFolder;

static GHashTable *newMap(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

static const char *lookUp(enum Kind kind, const char *name)
{
	return maps[kind] ? g_hash_table_lookup(maps[kind], name) : NULL;
}

static bool addLine(const char *line)
{
	char **words = g_strsplit(line, "\t", 3);
	int kind = KINDS;
	if (g_strv_length(words) == 3) {
		for (kind = 0; kind < KINDS && strcmp(words[0], kindNames[kind]); kind++)
			;
	}
	if (kind < KINDS) {
		if (!maps[kind])
			maps[kind] = newMap();
		g_hash_table_replace(maps[kind], g_strdup(words[1]), g_strdup(words[2]));
	}
	g_strfreev(words);
	return kind < KINDS;
}

bool desktopFilesReadMap(const char *file, GError **error)
{
	char *text, **lines;
	guint i;
	if (!g_file_get_contents(file, &text, NULL, error))
		return false;
	lines = g_strsplit(text, "\n", -1);
	g_free(text);
	for (i = 0; lines[i]; i++) {
		if (*lines[i] && !addLine(lines[i])) {
			g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s:%u: not a map", file, i + 1);
			break;
		}
	}
	g_strfreev(lines);
	return *error == NULL;
}

void desktopFilesSetFolder(const char *folder)
{
	g_free(resourceFolder);
	resourceFolder = g_strdup(folder);
}

void desktopFilesFree(void)
{
	int kind;
	for (kind = 0; kind < KINDS; kind++)
		g_clear_pointer(&maps[kind], g_hash_table_unref);
	g_clear_pointer(&openedResources, g_hash_table_unref);
	g_clear_pointer(&resourceFolder, g_free);
}

/* Puts the absolute path of the module at `path` in `key`, with the extension that it may lack. */
static bool locateFile(const char *path, char *key, size_t size)
{
	size_t i;
	for (i = 0; i < G_N_ELEMENTS(extensions); i++) {
		char *file = g_strconcat(path, extensions[i], NULL);
		char *canonical = g_canonicalize_filename(file, NULL);
		bool found = lookUp(SOURCE, canonical) || g_file_test(canonical, G_FILE_TEST_IS_REGULAR);
		bool fits = found && g_strlcpy(key, canonical, size) < size;
		g_free(canonical);
		g_free(file);
		if (found)
			return fits;
	}
	return false;
}

bool runtimeLocateModule(const char *name, char *key, size_t size)
{
	const char *file = lookUp(MODULE, name);
	if (file)
		return locateFile(file, key, size);
	if (g_path_is_absolute(name))
		return locateFile(name, key, size);
	return false;
}

bool runtimeReadModule(const char *key, struct RuntimeBytes *source)
{
	const char *file = lookUp(SOURCE, key);
	char *text;
	gsize length;
	if (!g_file_get_contents(file ? file : key, &text, &length, NULL))
		return false;
	source->bytes = (const uint8_t *)text;
	source->length = length;
	return true;
}

bool runtimeReadSourceMap(const char *key, struct RuntimeBytes *map)
{
	const char *file = lookUp(SOURCE, key);
	char *name, *text;
	gsize length;
	bool found;
	if (!file)
		return false;
	name = g_strconcat(file, ".map", NULL);
	found = g_file_get_contents(name, &text, &length, NULL);
	g_free(name);
	if (found) {
		map->bytes = (const uint8_t *)text;
		map->length = length;
	}
	return found;
}

void runtimeReleaseModule(struct RuntimeBytes *source)
{
	g_free((void *)source->bytes);
}

/* The mapping of `file`, made once. NULL: it cannot be read. */
static GMappedFile *openResource(const char *file)
{
	GMappedFile *mapping;
	if (!openedResources)
		openedResources =
			g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_mapped_file_unref);
	mapping = g_hash_table_lookup(openedResources, file);
	if (!mapping) {
		mapping = g_mapped_file_new(file, FALSE, NULL);
		if (mapping)
			g_hash_table_insert(openedResources, g_strdup(file), mapping);
	}
	return mapping;
}

bool runtimeFindResource(const char *name, struct RuntimeBytes *resource)
{
	const char *mapped = lookUp(RESOURCE, name);
	char *file = g_canonicalize_filename(mapped ? mapped : name, resourceFolder);
	GMappedFile *mapping = openResource(file);
	g_free(file);
	if (!mapping)
		return false;
	resource->bytes = (const uint8_t *)g_mapped_file_get_contents(mapping);
	resource->length = g_mapped_file_get_length(mapping);
	return true;
}
