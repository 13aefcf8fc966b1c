#include "buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void *memory(void *former, size_t size) {
    void *bytes = realloc(former, size);
    if (bytes == NULL) {
        fputs("stand-in: no memory\n", stderr);
        exit(1);
    }
    return bytes;
}

char *buffer_reserve(Buffer *buffer, size_t more) {
    if (buffer->room - buffer->count < more) {
        buffer->room = (buffer->count + more) * 3 / 2 + 1024;
        buffer->bytes = memory(buffer->bytes, buffer->room);
    }
    return buffer->bytes + buffer->count;
}

void buffer_add(Buffer *buffer, const void *bytes, size_t count) {
    memcpy(buffer_reserve(buffer, count), bytes, count);
    buffer->count += count;
}

void buffer_text(Buffer *buffer, const char *text) { buffer_add(buffer, text, strlen(text)); }

void buffer_slice(Buffer *buffer, Slice slice) { buffer_add(buffer, slice.bytes, slice.count); }

void buffer_format(Buffer *buffer, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int count = vsnprintf(NULL, 0, format, arguments);
    vsnprintf(buffer_reserve(buffer, (size_t)count + 1), (size_t)count + 1, format, again);
    buffer->count += (size_t)count;
    va_end(again);
    va_end(arguments);
}
