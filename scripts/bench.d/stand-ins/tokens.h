#ifndef TOKENS_H
#define TOKENS_H

#include "buffer.h"

/* A tokenizer's rule that needs no vocabulary: words in pieces of at most WORD_PIECE bytes, every other character but a
   blank by itself. English prose and code cost about what they cost MiniLM's WordPiece. */
enum { WORD_PIECE = 8, SPECIAL_TOKENS = 2 };

/* The token at or after `*at`; false at the end. `*at` then stands behind it. */
bool token_next(Slice text, size_t *at, Slice *token);
/* Without special ones. */
size_t token_count(Slice text);
/* Characters, as UTF-8 has them. */
size_t character_count(Slice text);

/* `[{"id":..,"text":..,"special":..,"start":..,"stop":..},..]` as TEI's /tokenize has it: places in bytes. */
void token_list(Slice text, bool with_special, Buffer *into);

#endif
