/* SPDX-License-Identifier: Apache-2.0 */
/* The console's files, all read into memory at the start: a path is looked up among their names and never opened. */
#include <dirent.h>
#include <errno.h>
#include <microhttpd.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "collector/api/api.h"

enum { FILES_MOST = 4096, BYTES_MOST = 64 << 20, PATH_MOST = 512, DEPTH_MOST = 8, TAG_BYTES = 12 };

struct page {
    char path[PATH_MOST]; /* from the root, "/assets/index-1a2b.js" */
    const char *type;
    char *data;
    size_t length;
    char tag[2 * TAG_BYTES + 3]; /* ETag, in its quotes */
};

struct pages {
    struct page *rows; /* sorted by path */
    size_t count, bytes;
};

static const struct {
    const char *ending, *type;
} types[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/vnd.microsoft.icon"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
    {".webmanifest", "application/manifest+json"},
};

static bool ends_with(const char *text, const char *ending)
{
    size_t n = strlen(text), m = strlen(ending);
    return n >= m && strcmp(text + n - m, ending) == 0;
}

/* Of a name, a ".gz" behind it not counted. */
static const char *type_of(const char *path)
{
    char plain[PATH_MOST];
    snprintf(plain, sizeof plain, "%s", path);
    if (ends_with(plain, ".gz")) plain[strlen(plain) - 3] = 0;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (ends_with(plain, types[i].ending)) return types[i].type;
    return "application/octet-stream";
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct page *)a)->path, ((const struct page *)b)->path);
}

static bool read_file(struct pages *pages, const char *file, const char *path, size_t size, struct fault *fault)
{
    char hex[2 * TAG_BYTES + 1];
    unsigned char hash[TAG_BYTES > crypto_generichash_BYTES_MIN ? TAG_BYTES : crypto_generichash_BYTES_MIN];
    if (pages->count >= FILES_MOST || pages->bytes + size > BYTES_MOST)
        return fault_set(fault, "%s: more than %d files or %d MiB is no console", file, (int)FILES_MOST,
                         (int)(BYTES_MOST >> 20));
    struct page *grown = realloc(pages->rows, (pages->count + 1) * sizeof *grown);
    if (!grown) return fault_set(fault, "out of memory");
    pages->rows = grown;
    struct page *page = &grown[pages->count];
    memset(page, 0, sizeof *page);
    FILE *in = fopen(file, "rb");
    page->data = malloc(size + 1);
    if (!in || !page->data || fread(page->data, 1, size, in) != size) {
        if (in) fclose(in);
        free(page->data);
        return fault_set(fault, "%s: cannot be read: %s", file, strerror(errno));
    }
    fclose(in);
    page->length = size;
    page->type = type_of(path);
    snprintf(page->path, sizeof page->path, "%s", path);
    crypto_generichash(hash, sizeof hash, (const unsigned char *)page->data, size, NULL, 0);
    sodium_bin2hex(hex, sizeof hex, hash, TAG_BYTES);
    snprintf(page->tag, sizeof page->tag, "\"%s\"", hex);
    pages->count++;
    pages->bytes += size;
    return true;
}

static bool read_directory(struct pages *pages, const char *directory, const char *prefix, int depth,
                           struct fault *fault)
{
    DIR *open = opendir(directory);
    if (!open) return fault_set(fault, "%s: cannot be read: %s", directory, strerror(errno));
    bool good = true;
    for (struct dirent *entry; good && (entry = readdir(open));) {
        char file[2 * PATH_MOST], path[PATH_MOST];
        struct stat st;
        if (entry->d_name[0] == '.') continue;
        if ((size_t)snprintf(file, sizeof file, "%s/%s", directory, entry->d_name) >= sizeof file ||
            (size_t)snprintf(path, sizeof path, "%s/%s", prefix, entry->d_name) >= sizeof path)
            good = fault_set(fault, "%s: a name in it is too long", directory);
        else if (lstat(file, &st) != 0)
            good = fault_set(fault, "%s: %s", file, strerror(errno));
        else if (S_ISDIR(st.st_mode) && depth < DEPTH_MOST)
            good = read_directory(pages, file, path, depth + 1, fault);
        else if (S_ISREG(st.st_mode))
            good = read_file(pages, file, path, (size_t)st.st_size, fault);
    }
    closedir(open);
    return good;
}

struct pages *pages_load(const char *directory, struct fault *fault)
{
    struct pages *pages = calloc(1, sizeof *pages);
    if (!pages) abort();
    if (directory && !read_directory(pages, directory, "", 0, fault)) {
        pages_free(pages);
        return NULL;
    }
    if (pages->count) qsort(pages->rows, pages->count, sizeof *pages->rows, by_path);
    return pages;
}

void pages_free(struct pages *pages)
{
    if (!pages) return;
    for (size_t i = 0; i < pages->count; i++) free(pages->rows[i].data);
    free(pages->rows);
    free(pages);
}

static const struct page *find(const struct pages *pages, const char *path)
{
    struct page key;
    if ((size_t)snprintf(key.path, sizeof key.path, "%s", path) >= sizeof key.path || !pages->count) return NULL;
    return bsearch(&key, pages->rows, pages->count, sizeof *pages->rows, by_path);
}

static struct MHD_Response *no_console(unsigned *status)
{
    static char text[] = "控制台未安装；API 在 /api/v1/。\nThe console is not installed; the API is below /api/v1/.\n";
    *status = MHD_HTTP_NOT_FOUND;
    struct MHD_Response *response = MHD_create_response_from_buffer(sizeof text - 1, text, MHD_RESPMEM_PERSISTENT);
    if (response) MHD_add_response_header(response, "Content-Type", "text/plain; charset=utf-8");
    return response;
}

struct MHD_Response *pages_find(const struct pages *pages, const char *path, bool gzip, const char *if_none_match,
                                unsigned *status)
{
    char packed[PATH_MOST + 4];
    bool asset = strncmp(path, "/assets/", 8) == 0;
    const struct page *page = find(pages, path);
    if (!page && asset) { /* an old page asks for what an update has replaced */
        *status = MHD_HTTP_NOT_FOUND;
        return MHD_create_response_from_buffer(0, "", MHD_RESPMEM_PERSISTENT);
    }
    if (!page) page = find(pages, "/index.html"); /* the console finds its own pages */
    if (!page) return no_console(status);
    snprintf(packed, sizeof packed, "%s.gz", page->path);
    const struct page *small = gzip ? find(pages, packed) : NULL;
    if (small) page = small;
    bool same = if_none_match && strcmp(if_none_match, page->tag) == 0;
    struct MHD_Response *response =
        same ? MHD_create_response_from_buffer(0, "", MHD_RESPMEM_PERSISTENT)
             : MHD_create_response_from_buffer(page->length, page->data, MHD_RESPMEM_PERSISTENT);
    *status = same ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK;
    if (!response) return NULL;
    MHD_add_response_header(response, "Content-Type", page->type);
    MHD_add_response_header(response, "ETag", page->tag);
    MHD_add_response_header(response, "Vary", "Accept-Encoding");
    MHD_add_response_header(response, "Cache-Control", asset ? "public, max-age=31536000, immutable" : "no-cache");
    if (small) MHD_add_response_header(response, "Content-Encoding", "gzip");
    return response;
}
