#include "tokens.h"

#include <stdint.h>

enum Kind { BLANK, WORD, MARK, MULTIBYTE };

static inline enum Kind kind(unsigned char byte) {
    if (byte >= 0x80) return MULTIBYTE;
    if (byte <= ' ' || byte == 0x7F) return BLANK;
    return ((byte | 32) >= 'a' && (byte | 32) <= 'z') || (byte >= '0' && byte <= '9') ? WORD : MARK;
}

bool token_next(Slice text, size_t *at, Slice *token) {
    const char *bytes = text.bytes;
    size_t start = *at, end = text.count;
    while (start < end && kind((unsigned char)bytes[start]) == BLANK) start++;
    *at = start;
    if (start >= end) return false;
    size_t stop = start + 1;
    switch (kind((unsigned char)bytes[start])) {
    case WORD:
        while (stop < end && stop - start < WORD_PIECE && kind((unsigned char)bytes[stop]) == WORD) stop++;
        break;
    case MULTIBYTE:
        while (stop < end && ((unsigned char)bytes[stop] & 0xC0) == 0x80) stop++;
        break;
    default: break;
    }
    *token = (Slice){bytes + start, stop - start};
    *at = stop;
    return true;
}

size_t token_count(Slice text) {
    size_t count = 0, at = 0;
    for (Slice token; token_next(text, &at, &token);) count++;
    return count;
}

size_t character_count(Slice text) {
    size_t count = 0;
    for (size_t index = 0; index < text.count; index++) count += ((unsigned char)text.bytes[index] & 0xC0) != 0x80;
    return count;
}

static char *decimal(char *at, size_t value) {
    char digits[20];
    int count = 0;
    do digits[count++] = (char)('0' + value % 10);
    while ((value /= 10) > 0);
    while (count > 0) *at++ = digits[--count];
    return at;
}

static char *copy(char *at, Slice slice) { return memcpy(at, slice.bytes, slice.count), at + slice.count; }

void token_list(Slice text, bool with_special, Buffer *into) {
    buffer_text(into, "[");
    if (with_special)
        buffer_text(into, "{\"id\":101,\"text\":\"[CLS]\",\"special\":true,\"start\":null,\"stop\":null}");
    size_t place = 0, count = 0;
    for (Slice token; token_next(text, &place, &token); count++) {
        char *at = buffer_reserve(into, 128 + token.count);
        if (count > 0 || with_special) *at++ = ',';
        at = copy(at, SLICE("{\"id\":"));
        at = decimal(at, 1000 + (unsigned char)token.bytes[0] * 100u + token.count);
        at = copy(at, SLICE(",\"text\":\""));
        if (token.bytes[0] == '"' || token.bytes[0] == '\\') *at++ = '\\';
        at = copy(at, token);
        at = copy(at, SLICE("\",\"special\":false,\"start\":"));
        at = decimal(at, (size_t)(token.bytes - text.bytes));
        at = copy(at, SLICE(",\"stop\":"));
        at = decimal(at, (size_t)(token.bytes - text.bytes) + token.count);
        *at++ = '}';
        into->count = (size_t)(at - into->bytes);
    }
    if (with_special)
        buffer_text(into, ",{\"id\":102,\"text\":\"[SEP]\",\"special\":true,\"start\":null,\"stop\":null}");
    buffer_text(into, "]");
}
