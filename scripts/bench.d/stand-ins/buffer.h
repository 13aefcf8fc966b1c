#ifndef BUFFER_H
#define BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Bytes that somebody else owns. */
typedef struct {
    const char *bytes;
    size_t count;
} Slice;

#define SLICE(literal) ((Slice){literal, sizeof(literal) - 1})

static inline bool slice_is(Slice slice, const char *text) {
    return slice.count == strlen(text) && memcmp(slice.bytes, text, slice.count) == 0;
}

/* Bytes that grow at their end; no memory is fatal. */
typedef struct {
    char *bytes;
    size_t count, room;
} Buffer;

/* Room for `more` bytes at the end; where they begin. */
char *buffer_reserve(Buffer *buffer, size_t more);
void buffer_add(Buffer *buffer, const void *bytes, size_t count);
void buffer_text(Buffer *buffer, const char *text);
void buffer_slice(Buffer *buffer, Slice slice);
void buffer_format(Buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline Slice buffer_all(const Buffer *buffer) { return (Slice){buffer->bytes, buffer->count}; }

/* malloc() and realloc() that end the program instead of failing. */
void *memory(void *former, size_t size);

#endif
