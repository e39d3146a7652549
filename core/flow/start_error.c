#include "flow/start_error.h"

#include <stddef.h>

#include "base/platform.h"

typedef struct row {
    uint32_t number;
    const char *words;
} row;

static const row remedies[] = {
    {2, "Give the program's full path, or put its folder into the PATH of the run's user."},
    {3, "A folder of the path is missing. A drive that was connected in another session is not there: write \\\\server\\share."},
    {5, "The run's user may not start it: look at the file's rights, at what the antivirus says, and whether the path is that of a folder."},
    {193, "It is no program of Windows: choose the kind \"script\" or \"document\" for it, or install it again."},
    {206, "The command line is too long: give what is long in a file."},
    {216, "It was made for another processor: install the right one."},
    {225, "The antivirus took it for malicious: add an exception for it."},
    {267, "The working folder cannot be used: correct it, make it, or let it be made (--make-directory)."},
    {740, "The program wants administrator's rights, or Windows takes it for a set-up program by its name. Take \"run as administrator\" off; a "
          "program that "
          "does not truly need it starts with __COMPAT_LAYER=RunAsInvoker in its environment."},
    {1155, "No program is set for that kind of file: set one for the run's user."},
    {1223, "A question was answered with no, or nobody was there to answer it."},
    {1260, "A policy of the machine forbids the program: add a rule for its path or publisher."},
    {4551, "App Control forbids the program: add a rule for its publisher or file."},
};

static const row meanings[] = {
    {0xC0000005, "It crashed: it used memory that is not its own."},
    {0xC0000135, "A DLL that it needs is missing on the machine."},
    {0xC0000142, "A DLL could not start: the session was ending, or the desktop had no room left."},
    {0xC000013A, "Its console was closed, or Ctrl+C was pressed."},
    {0xC000026B, "The session's sign-out ended it."},
    {0x40010004, "It was ended from outside."},
    {0xE0434352, "It ended with a .NET exception that nobody caught."},
    {0xC0000409, "It ended itself because its memory was damaged."},
    {0xC00000FD, "It used up its stack."},
};

static const char *find(const row *rows, size_t count, int64_t number) {
    for (size_t i = 0; i < count; i++)
        if ((uint32_t)number == rows[i].number)
            return rows[i].words;
    return NULL;
}

const char *ns_start_remedy(int64_t failure) {
    return find(remedies, NS_COUNT_OF(remedies), failure);
}

const char *ns_exit_meaning(int64_t code) {
    return find(meanings, NS_COUNT_OF(meanings), code);
}
