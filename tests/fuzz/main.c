/* Built by clang with libFuzzer in the configuration "fuzz"; in the others a program that replays files, and with --list names the inputs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const fuzz_input *const tables[] = {network_inputs, protocol_inputs, text_inputs, file_inputs, store_inputs};

char *fuzz_text(const uint8_t *data, size_t size) {
    char *text = malloc(size + 1);
    if (!text)
        abort();
    if (size)
        memcpy(text, data, size);
    text[size] = 0;
    return text;
}

void fuzz_must_be_text(const char *text) {
    if (text && ns_utf8_count(text) < 0)
        abort();
}

static const fuzz_input *chosen(void) {
    static const fuzz_input *found;
    const char *name = getenv("NIGHTSHIFT_FUZZ");
    for (size_t i = 0; !found && name && i < NS_COUNT_OF(tables); i++)
        for (const fuzz_input *each = tables[i]; each->name; each++)
            if (strcmp(each->name, name) == 0)
                found = each;
    if (!found) {
        (void)fprintf(stderr, "NIGHTSHIFT_FUZZ names no input; see --list\n");
        exit(2);
    }
    return found;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    chosen()->read(data, size);
    return 0;
}

static void list(void) {
    for (size_t i = 0; i < NS_COUNT_OF(tables); i++)
        for (const fuzz_input *each = tables[i]; each->name; each++)
            (void)printf("%s %s\n", each->name, each->code);
}

#ifdef NS_FUZZ
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv) {
    if (*argc == 2 && strcmp((*argv)[1], "--list") == 0) {
        list();
        exit(0);
    }
    return 0;
}
#else
int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "--list") == 0) {
        list();
        return 0;
    }
    for (int i = 1; i < argc; i++) {
        static uint8_t bytes[1 << 20];
        FILE *file = fopen(argv[i], "rb");
        size_t size = file ? fread(bytes, 1, sizeof bytes, file) : 0;
        if (file)
            (void)fclose(file);
        (void)LLVMFuzzerTestOneInput(bytes, size);
    }
    return 0;
}
#endif
