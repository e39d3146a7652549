#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/system.h"
#include "install.h"

static const char folder[] = "/etc/xdg/autostart";
static const char entry[] = "/etc/xdg/autostart/nightshift-agent.desktop";

static ns_status refused(int failure, const char *what, ns_error *error) {
    if (failure == EACCES || failure == EPERM || failure == EROFS)
        return ns_error_set(error, NS_STATUS_REFUSED, "NotAdministrator", "Run it as root.", "%s may be written by an administrator only.", what);
    return ns_error_set_system(error, (uint32_t)failure, "FileNotWritten", NULL, "%s could not be written", what);
}

ns_status install_add(bool as_task, ns_error *error) {
    char *program = ns_system_program_folder();
    FILE *file = NULL;
    int failure = 0;
    (void)as_task;
    if (!program)
        return ns_error_set_memory(error);
    if (mkdir(folder, 0755) != 0 && errno != EEXIST)
        failure = errno;
    file = failure ? NULL : fopen(entry, "we");
    if (!file && !failure)
        failure = errno;
    if (file) {
        (void)fprintf(file, "[Desktop Entry]\nType=Application\nName=Nightshift agent\nNoDisplay=true\nExec=\"%s/nightshift-agent\" --installed\n",
                      program);
        (void)fchmod(fileno(file), 0644);
        if (fclose(file) != 0)
            failure = errno;
    }
    free(program);
    return failure ? refused(failure, entry, error) : NS_OK;
}

ns_status install_remove(ns_error *error) {
    if (unlink(entry) == 0 || errno == ENOENT)
        return NS_OK;
    return refused(errno, entry, error);
}

void install_look(ns_startup *out) {
    *out = (ns_startup){.run = access(entry, F_OK) == 0, .approved = -1};
}

bool install_find(char *place, size_t place_size, char *command, size_t command_size) {
    char line[1024];
    FILE *file = fopen(entry, "re");
    command[0] = 0;
    (void)snprintf(place, place_size, "%s", entry);
    while (file && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        if (strncmp(line, "Exec=", 5) == 0)
            (void)snprintf(command, command_size, "%s", line + 5);
    }
    if (file)
        (void)fclose(file);
    return command[0] != 0;
}
