/* The inputs that are fuzzed: everything that another process, machine, file or person gives us. Each is a row of a table, with its function in a
 * file named for its kind. NIGHTSHIFT_FUZZ names the one that the program feeds. */
#ifndef NS_TESTS_FUZZ_H
#define NS_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "store/runs.h"

typedef struct fuzz_input {
    const char *name; /* and of its folder below seeds */
    const char *code; /* the files whose lines it is to reach, of which docs/reliability.md tells how many it does */
    void (*read)(const uint8_t *data, size_t size);
} fuzz_input;

/* Each ends with one that has no name. */
extern const fuzz_input network_inputs[];
extern const fuzz_input protocol_inputs[];
extern const fuzz_input text_inputs[];
extern const fuzz_input file_inputs[];
extern const fuzz_input store_inputs[];

/* The bytes with a 0 behind them; the caller frees. */
char *fuzz_text(const uint8_t *data, size_t size);
/* What is shown or stored must be UTF-8; NULL is nothing. */
void fuzz_must_be_text(const char *text);

/* fixture.c: a file with a store in which there is one of everything, as new at each call; borrowed. A run that this process carries out is in it. */
const char *fuzz_store_path(void);
ns_hold fuzz_store_run(void);

#endif
