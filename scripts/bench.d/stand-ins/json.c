#include "json.h"

#include <stdint.h>

static const char *blanks(const char *at, const char *end) {
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')) at++;
    return at;
}

static const char *skip_string(const char *at, const char *end) {
    const char *start = ++at;
    while ((at = memchr(at, '"', (size_t)(end - at))) != NULL) {
        const char *before = at;
        while (before > start && before[-1] == '\\') before--;
        if ((at - before) % 2 == 0) return at + 1;
        at++;
    }
    return NULL;
}

static bool begins_number(char byte) { return (byte >= '0' && byte <= '9') || byte == '-'; }

/* `at` stands on the opening bracket. */
static const char *skip_nested(const char *at, const char *end) {
    size_t depth = 0;
    while (at < end) {
        switch (*at) {
        case '"':
            if ((at = skip_string(at, end)) == NULL) return NULL;
            continue;
        case '[':
            /* A vector: nothing but numbers until it closes. */
            if (at + 1 < end && begins_number(at[1])) {
                if ((at = memchr(at, ']', (size_t)(end - at))) == NULL) return NULL;
                if (depth == 0) return at + 1;
                break;
            }
            depth++;
            break;
        case '{': depth++; break;
        case ']':
        case '}':
            if (--depth == 0) return at + 1;
            break;
        default: break;
        }
        at++;
    }
    return NULL;
}

const char *json_skip(const char *at, const char *end) {
    at = blanks(at, end);
    if (at >= end) return NULL;
    if (*at == '"') return skip_string(at, end);
    if (*at == '[' || *at == '{') return skip_nested(at, end);
    const char *start = at;
    while (at < end && !strchr(",]} \n\r\t", *at)) at++;
    return at > start ? at : NULL;
}

JsonWalk json_walk(Slice value) {
    if (!json_is(value, '[') && !json_is(value, '{')) return (JsonWalk){NULL, NULL};
    return (JsonWalk){value.bytes + 1, value.bytes + value.count - 1};
}

bool json_element(JsonWalk *walk, Slice *value) {
    const char *at = blanks(walk->at, walk->end);
    const char *stop = at < walk->end ? json_skip(at, walk->end) : NULL;
    if (stop == NULL) return false;
    *value = (Slice){at, (size_t)(stop - at)};
    stop = blanks(stop, walk->end);
    walk->at = stop < walk->end && *stop == ',' ? stop + 1 : walk->end;
    return true;
}

bool json_member(JsonWalk *walk, Slice *key, Slice *value) {
    const char *at = blanks(walk->at, walk->end);
    if (at >= walk->end || *at != '"') return false;
    const char *stop = skip_string(at, walk->end);
    if (stop == NULL) return false;
    *key = (Slice){at + 1, (size_t)(stop - at) - 2};
    at = blanks(stop, walk->end);
    if (at >= walk->end || *at != ':') return false;
    walk->at = at + 1;
    return json_element(walk, value);
}

Slice json_find(Slice object, const char *name) {
    Slice key, value;
    if (json_is(object, '{'))
        for (JsonWalk walk = json_walk(object); json_member(&walk, &key, &value);)
            if (slice_is(key, name)) return value;
    return (Slice){NULL, 0};
}

static int hex_digit(char byte) {
    if (byte >= '0' && byte <= '9') return byte - '0';
    return (byte | 32) >= 'a' && (byte | 32) <= 'f' ? (byte | 32) - 'a' + 10 : 0;
}

static uint32_t hex(const char *at) {
    uint32_t value = 0;
    for (int index = 0; index < 4; index++) value = value * 16 + (uint32_t)hex_digit(at[index]);
    return value;
}

static size_t utf8(uint32_t scalar, char *into) {
    if (scalar < 0x80) return into[0] = (char)scalar, 1;
    size_t count = scalar < 0x800 ? 2 : scalar < 0x10000 ? 3 : 4;
    for (size_t index = count - 1; index > 0; index--, scalar >>= 6) into[index] = (char)(0x80 | (scalar & 0x3F));
    into[0] = (char)((0xF00 >> count) | scalar);
    return count;
}

void json_unescape(Slice string, Buffer *into) {
    const char *at = string.bytes + 1, *end = string.bytes + string.count - 1;
    char *out = buffer_reserve(into, string.count);
    while (at < end) {
        const char *escape = memchr(at, '\\', (size_t)(end - at));
        size_t plain = (size_t)((escape ? escape : end) - at);
        memcpy(out, at, plain);
        out += plain;
        if (escape == NULL || escape + 1 >= end) break;
        at = escape + 2;
        switch (escape[1]) {
        case 'n': *out++ = '\n'; break;
        case 't': *out++ = '\t'; break;
        case 'r': *out++ = '\r'; break;
        case 'b': *out++ = '\b'; break;
        case 'f': *out++ = '\f'; break;
        case 'u': {
            if (end - at < 4) break;
            uint32_t scalar = hex(at);
            at += 4;
            if (scalar >> 10 == 0x36 && end - at >= 6 && at[0] == '\\' && at[1] == 'u') {
                scalar = 0x10000 + ((scalar & 0x3FF) << 10) + (hex(at + 2) & 0x3FF);
                at += 6;
            }
            out += utf8(scalar, out);
            break;
        }
        default: *out++ = escape[1];
        }
    }
    into->count = (size_t)(out - into->bytes);
}
