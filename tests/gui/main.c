/* `gui-tests.exe STORY`: the real console, with keyboard and mouse. Each story has a store of its own and can be told alone;
 * tests/gui/test_stories.py starts them. */
#include "driver.h"

#include <objbase.h>

static const struct {
    const WCHAR *name;
    int (*tell)(void);
} stories[] = {
    {L"job", job_tests},     {L"work", work_tests},   {L"files", file_tests},  {L"access", access_tests},
    {L"fleet", fleet_tests}, {L"queue", queue_tests}, {L"first", first_tests},
};

int wmain(int count, WCHAR **words);

int wmain(int count, WCHAR **words) {
    int failed = 2;
    if (count == 3 && wcscmp(words[1], L"--note") == 0) {
        note_page(words[2]);
        return 0;
    }
    (void)CoInitialize(NULL);
    for (size_t i = 0; count == 2 && i < sizeof stories / sizeof *stories; i++)
        if (wcscmp(words[1], stories[i].name) == 0)
            failed = stories[i].tell();
    if (failed)
        remote_picture("failed");
    if (program.hProcess)
        (void)TerminateProcess(program.hProcess, 1);
    return failed ? 1 : 0;
}
