#ifndef EMBED_H
#define EMBED_H

#include "http.h"

/* What one request to /embed asks for. */
typedef struct {
    Slice vector;
    size_t tokens;
} Input;

typedef struct Ask {
    Connection *connection; /* NULL once the client has left */
    size_t count, tokens, characters;
    /* Of its inputs: how many the device has still to do, and their times in queue and device, summed up. */
    size_t missing;
    double came, queue_seconds, inference_seconds;
    Input inputs[];
} Ask;

/* Writes the answer with TEI's headers, and forgets the ask. */
void embed_answer(Ask *ask);

/* Seconds of a clock that only goes forward. */
double now(void);

#endif
