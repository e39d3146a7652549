#include "common/entry.h"

#include <stdlib.h>
#include <winpr/wlog.h>

void ns_entry_quiet_log(void) {
    wLog *root = WLog_GetRoot();
    if (!getenv("WLOG_LEVEL"))
        (void)WLog_SetLogLevel(root, WLOG_FATAL);
    (void)WLog_SetLogAppenderType(root, WLOG_APPENDER_CONSOLE);
    (void)WLog_ConfigureAppender(WLog_GetLogAppender(root), "outputstream", (void *)(uintptr_t) "stderr");
}
