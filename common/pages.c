/* SPDX-License-Identifier: Apache-2.0 */
/* Mapped memory that begins where a huge page can (pages.h); the kernel's "Transparent Hugepage Support". */
#include "common/pages.h"

#include <stdint.h>
#include <sys/mman.h>

enum { PAGE = 4096, HUGE_PAGE = 2 << 20 };

void *pages_take(size_t size)
{
    const int how = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    size_t kept = (size + PAGE - 1) & ~(size_t)(PAGE - 1);
    uint8_t *p = mmap(NULL, kept + HUGE_PAGE, PROT_READ | PROT_WRITE, how, -1, 0);
    if (p == MAP_FAILED) return NULL;
    size_t before = -(uintptr_t)p & (HUGE_PAGE - 1);
    if (before) munmap(p, before);
    munmap(p + before + kept, HUGE_PAGE - before);
    (void)madvise(p + before, kept, MADV_HUGEPAGE); /* where that is not supported, small pages do */
    return p + before;
}

void pages_give(void *memory, size_t size)
{
    if (memory) munmap(memory, size);
}
