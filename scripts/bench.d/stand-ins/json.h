#ifndef JSON_H
#define JSON_H

#include "buffer.h"

/* Finds its way in JSON text without building anything. What is malformed ends the walk early. */

/* Past the value that begins at `at`; NULL when there is none. */
const char *json_skip(const char *at, const char *end);

/* A walk over the elements of an array or the members of an object. */
typedef struct {
    const char *at, *end;
} JsonWalk;

/* Over nothing, when the value is neither. */
JsonWalk json_walk(Slice value);
bool json_element(JsonWalk *walk, Slice *value);
/* Keys come raw, without their quotes. */
bool json_member(JsonWalk *walk, Slice *key, Slice *value);

/* The member of that name; no bytes when there is none. */
Slice json_find(Slice object, const char *name);

static inline bool json_is(Slice value, char opening) { return value.count > 0 && value.bytes[0] == opening; }

/* Appends what a string (with its quotes) says, as UTF-8. */
void json_unescape(Slice string, Buffer *into);

#endif
