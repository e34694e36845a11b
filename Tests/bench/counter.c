// Counts calls of malloc and tells what is held: preloaded into bench for the rows on memory.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <malloc.h>
#include <stddef.h>

static unsigned long calls;

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

void *malloc(size_t size) { calls += 1; return __libc_malloc(size); }
void *calloc(size_t count, size_t size) { calls += 1; return __libc_calloc(count, size); }
void *realloc(void *old, size_t size) { calls += 1; return __libc_realloc(old, size); }
void *aligned_alloc(size_t alignment, size_t size) { calls += 1; return __libc_memalign(alignment, size); }
int posix_memalign(void **out, size_t alignment, size_t size) {
  calls += 1;
  *out = __libc_memalign(alignment, size);
  return *out ? 0 : 12;
}

unsigned long penstock_mallocs(void) { return calls; }

unsigned long penstock_held(void) {
  struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}
