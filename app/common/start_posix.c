#include "common/start.h"

int main(int argc, char **argv) {
    return ns_main(argc, argv);
}
