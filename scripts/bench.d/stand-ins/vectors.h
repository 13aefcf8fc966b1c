#ifndef VECTORS_H
#define VECTORS_H

#include "buffer.h"

/* Vectors made once, as the text that TEI writes: of length 1, Gaussian, each number the shortest decimal that is the
   same float32. A text's is chosen by its CRC-32, so that whoever knows the text knows the vector. */
void vectors_make(size_t count, size_t dimension);
/* `[0.01,...]` */
Slice vector_of(Slice text);
/* All of them, one a line. */
void vectors_list(Buffer *into);

#endif
