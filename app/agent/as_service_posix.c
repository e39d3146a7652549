#include "as_service.h"

int as_service(int (*work)(const char *answer), const char *answer) {
    (void)work;
    (void)answer;
    return 2;
}
