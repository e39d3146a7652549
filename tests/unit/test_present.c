#include "check.h"

int test_present(void) {
    return 0;
}
