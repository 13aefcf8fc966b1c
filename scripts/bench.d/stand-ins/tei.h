#ifndef TEI_H
#define TEI_H

#include "http.h"

/* What the parts of the stand-in for TEI share. */

extern struct Settings {
    double dimension, max_input_length, max_batch_tokens, max_client_batch_size, max_concurrent_requests;
    double payload_limit, vectors, device, ahead, base_ms, token_us;
} settings;

extern struct Seen {
    double since;
    size_t requests, answered, refused, injected, rejected, inputs, tokens, tokenize_requests, tokenized_bytes;
    /* Requests by how many inputs they had; the last is for all larger ones. */
    size_t sizes[65];
} seen;

/* POST /embed. */
void embed(Connection *connection, const Request *request);

/* TEI's shape of an error. */
void refuse(Connection *connection, int status, const char *error, const char *type);

/* What is done to requests on demand. */
typedef struct {
    /* 429 for everybody until then. */
    double storm_until;
    /* Each n-th request gets `status`; 0 = none. */
    size_t every, count;
    int status;
} Faults;
extern Faults faults;

#endif
