// Counts calls of malloc and tells what is held: preloaded into bench for the rows on memory, and into `ingest`, which does not ask:
// with PENSTOCK_COUNT set the count is written to standard error at the end. OpenSSL's own calls are counted apart there: it makes one
// for each record of TLS 1.3, whoever uses it.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <malloc.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned long calls;
static unsigned long secret;  // OpenSSL's
static struct { char *start, *end; } libraries[2];

static int find(struct dl_phdr_info *library, size_t size, void *unused) {
  (void)size, (void)unused;
  int which = strstr(library->dlpi_name, "libssl.") ? 0 : strstr(library->dlpi_name, "libcrypto.") ? 1 : -1;
  for (int i = 0; which >= 0 && i < library->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &library->dlpi_phdr[i];
    if (part->p_type != PT_LOAD || !(part->p_flags & PF_X)) continue;
    libraries[which].start = (char *)library->dlpi_addr + part->p_vaddr;
    libraries[which].end = libraries[which].start + part->p_memsz;
  }
  return 0;
}

__attribute__((constructor)) static void begin(void) { dl_iterate_phdr(find, 0); }

static void note(void *caller) {
  calls += 1;
  for (int i = 0; i < 2; i++) secret += (char *)caller >= libraries[i].start && (char *)caller < libraries[i].end;
}

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

void *malloc(size_t size) { note(__builtin_return_address(0)); return __libc_malloc(size); }
void *calloc(size_t count, size_t size) { note(__builtin_return_address(0)); return __libc_calloc(count, size); }
void *realloc(void *old, size_t size) { note(__builtin_return_address(0)); return __libc_realloc(old, size); }
void *aligned_alloc(size_t alignment, size_t size) { note(__builtin_return_address(0)); return __libc_memalign(alignment, size); }
int posix_memalign(void **out, size_t alignment, size_t size) {
  note(__builtin_return_address(0));
  *out = __libc_memalign(alignment, size);
  return *out ? 0 : 12;
}

unsigned long penstock_mallocs(void) { return calls; }

unsigned long penstock_held(void) {
  struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

__attribute__((destructor)) static void tell(void) {
  unsigned long own = calls - secret;
  if (getenv("PENSTOCK_COUNT")) fprintf(stderr, "%lu mallocs, %lu inside of OpenSSL\n", own, secret);
}
