/* SPDX-License-Identifier: Apache-2.0 */
/* A file of the project as part of the program, so that a model or a style sheet needs no place on disk.
 *
 *     EMBED(model_grading, "collector/models/grading.yaml")
 *
 * gives `model_grading`, ended with a zero octet, and `model_grading_end`, which points at that octet. The path is that
 * from the project's folder; the object's dependence on it stands in the Makefile. The names are global (the linker
 * optimises over all files at once, and may put this one's data elsewhere than its code), so they must be unique. */
#ifndef WANGLOU_COMMON_EMBED_H
#define WANGLOU_COMMON_EMBED_H

/* NOLINTBEGIN(bugprone-macro-parentheses): a name that is declared stands in none */
#define EMBED(symbol, path)                                                                                            \
    __asm__(".pushsection .rodata\n.global " #symbol "\n.global " #symbol "_end\n.hidden " #symbol                     \
            "\n.hidden " #symbol "_end\n" #symbol ":\n.incbin \"" path "\"\n" #symbol "_end:\n.byte 0\n"               \
            ".popsection\n");                                                                                          \
    extern const char symbol[] __attribute__((visibility("hidden"))),                                                  \
        symbol##_end[] __attribute__((visibility("hidden")));
/* NOLINTEND(bugprone-macro-parentheses) */

#endif
