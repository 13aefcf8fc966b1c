#ifndef QDRANT_H
#define QDRANT_H

#include "http.h"
#include "json.h"

/* What the parts of the stand-in for Qdrant share: the envelope of its answers, what was counted, its routes. */

#define ENVELOPE_END ",\"status\":\"ok\",\"time\":0.0001}"
#define COMPLETED "{\"operation_id\":1,\"status\":\"completed\"}"

void reply(Connection *connection, Slice body);
void refuse(Connection *connection, int status, const char *text);
/* Begins the envelope; what is appended is its result, until send_result(). */
Buffer *result(void);
void send_result(Connection *connection, Buffer *body);

extern struct Seen {
    size_t requests, upserts, upserted, retrieves, retrieved, deletes, deleted, payloads, scrolls, counts, bytes;
} seen;

/* One collection at a time. */
bool collection_exists(void);
void collection_describe(Connection *connection);
void collection_create(Connection *connection, Slice name, Slice description);
void collection_add_index(Connection *connection, Slice asked);
void collection_forget(Connection *connection);
void collection_list(Connection *connection);

/* `name` as a member of /points/batch's operations has it. */
void update(Connection *connection, const char *name, Slice operation);
void update_all(Connection *connection, Slice operations);

void retrieve(Connection *connection, Slice asked);
void scroll(Connection *connection, Slice asked);
void count_points(Connection *connection, Slice asked);
void dump(Connection *connection);

#endif
