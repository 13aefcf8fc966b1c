#include "vectors.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

static Buffer all;
static size_t *starts, vector_count;

/* xorshift64*: the same vectors in every run. */
static double uniform(void) {
    static uint64_t state = 0x9E3779B97F4A7C15;
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return ((double)((state * 0x2545F4914F6CDD1D) >> 11) + 0.5) / 9007199254740992.0;
}

static double gaussian(void) { return sqrt(-2 * log(uniform())) * cos(6.283185307179586 * uniform()); }

/* In positional notation down to 1e-5, as serde_json writes it. */
static void write_shortest(float value, Buffer *into) {
    char text[32];
    int digits = 0;
    do snprintf(text, sizeof text, "%.*e", digits, (double)value);
    while (strtof(text, NULL) != value && ++digits < 9);
    int exponent = atoi(strchr(text, 'e') + 1);
    if (exponent >= -5 && exponent < 0) snprintf(text, sizeof text, "%.*f", digits - exponent, (double)value);
    buffer_text(into, text);
}

void vectors_make(size_t count, size_t dimension) {
    vector_count = count;
    starts = memory(NULL, (count + 1) * sizeof *starts);
    double *numbers = memory(NULL, dimension * sizeof *numbers);
    for (size_t index = 0; index < count; index++) {
        starts[index] = all.count;
        double square = 0;
        for (size_t at = 0; at < dimension; at++) {
            numbers[at] = gaussian();
            square += numbers[at] * numbers[at];
        }
        for (size_t at = 0; at < dimension; at++) {
            buffer_text(&all, at == 0 ? "[" : ",");
            write_shortest((float)(numbers[at] / sqrt(square)), &all);
        }
        buffer_text(&all, "]");
    }
    starts[count] = all.count;
    free(numbers);
}

static Slice vector_at(size_t index) { return (Slice){all.bytes + starts[index], starts[index + 1] - starts[index]}; }

Slice vector_of(Slice text) {
    return vector_at(crc32_z(0, (const unsigned char *)text.bytes, text.count) % vector_count);
}

void vectors_list(Buffer *into) {
    for (size_t index = 0; index < vector_count; index++) {
        buffer_slice(into, vector_at(index));
        buffer_text(into, "\n");
    }
}
