/* Scripts by their interpreter. Sources: powershell.exe and cmd.exe,
 * https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_powershell_exe and
 * https://learn.microsoft.com/windows-server/administration/windows-commands/cmd; cscript,
 * https://learn.microsoft.com/windows-server/administration/windows-commands/cscript; the Python launcher,
 * https://docs.python.org/3/using/windows.html; AutoHotkey, https://www.autohotkey.com/docs/v2/Scripts.htm; java and node by their own pages. */
#include <stdlib.h>
#include <string.h>

#include "base/quote.h"
#include "base/words.h"
#include "flow/scripts.h"

/* How an interpreter is given a script: by how its own name begins. */
typedef struct interpreter {
    const char *name;
    const char *words; /* before the script */
    const char *environment;
} interpreter;

static const interpreter interpreters[] = {
    {"powershell", "-NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass -File", NULL},
    {"pwsh", "-NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass -File", NULL},
    {"cscript", "//NoLogo", NULL},
    {"python", "-u", "PYTHONIOENCODING=utf-8"},
    {"py", "-3 -u", "PYTHONIOENCODING=utf-8"},
    {"AutoHotkey", "/ErrorStdOut=UTF-8", NULL},
    {"java", "-jar", NULL},
};

/* Where the interpreters of an ending are looked for, in that order, with "|" between. */
typedef struct ending {
    const char *name;
    const char *windows;
    const char *posix;
} ending;

static const ending endings[] = {
    {".ps1", "powershell.exe|pwsh.exe", "pwsh"},
    {".cmd", "cmd.exe", NULL},
    {".bat", "cmd.exe", NULL},
    {".vbs", "%SystemRoot%\\System32\\cscript.exe", NULL},
    {".js", "%SystemRoot%\\System32\\cscript.exe", "node"},
    {".mjs", "node.exe", "node"},
    {".py", "py.exe|python.exe|python3.exe", "python3|python"},
    {".ahk",
     "AutoHotkey64.exe|%ProgramFiles%\\AutoHotkey\\v2\\AutoHotkey64.exe|%ProgramFiles%\\AutoHotkey\\AutoHotkey.exe|"
     "%LOCALAPPDATA%\\Programs\\AutoHotkey\\v2\\AutoHotkey64.exe",
     NULL},
    {".jar", "java.exe|%JAVA_HOME%\\bin\\java.exe", "java"},
    {".sh", "bash.exe|sh.exe", "sh"},
};

/* What is behind blanks and dots at the end does not count to Windows. */
static const ending *ending_of(const char *path) {
    size_t size = strlen(path);
    while (size && (path[size - 1] == ' ' || path[size - 1] == '.'))
        size--;
    for (size_t i = 0; i < NS_COUNT_OF(endings); i++) {
        const size_t length = strlen(endings[i].name);
        if (size > length && ns_ascii_begins(path + size - length, endings[i].name))
            return &endings[i];
    }
    return NULL;
}

bool ns_is_script(const char *path, bool windows) {
    const ending *found = ending_of(path);
    return found && (windows ? found->windows : found->posix);
}

bool ns_is_batch(const char *path) {
    const ending *found = ending_of(path);
    return found && strcmp(found->windows, "cmd.exe") == 0;
}

static const char *file_of(const char *path) {
    const char *file = path;
    for (const char *p = path; *p; p++)
        if (*p == '/' || *p == '\\')
            file = p + 1;
    return file;
}

static const interpreter *interpreter_of(const char *path) {
    for (size_t i = 0; i < NS_COUNT_OF(interpreters); i++)
        if (ns_ascii_begins(file_of(path), interpreters[i].name))
            return &interpreters[i];
    return NULL;
}

/* The first of the names that is there. */
static char *find_first(const ns_flow_place *place, const char *names) {
    char *found = NULL;
    for (const char *p = names; *p && !found;) {
        const size_t size = strcspn(p, "|");
        ns_text name;
        char *expanded = NULL;
        ns_text_init(&name, 1024);
        (void)ns_text_append(&name, p, size);
        expanded = ns_flow_expand(place, ns_text_string(&name));
        found = expanded ? place->find(place->context, expanded) : NULL;
        free(expanded);
        ns_text_clear(&name);
        p += size + (p[size] == '|');
    }
    return found;
}

static ns_status add_environment(const interpreter *by, const ns_flow_start *start, ns_launch *out, ns_error *error) {
    char **list = NULL;
    size_t count = 0;
    if (!by || !by->environment)
        return NS_OK;
    list = ns_flow_inputs_environment(start->inputs);
    while (list && list[count])
        count++;
    out->environment = list ? realloc(list, (count + 2) * sizeof *list) : NULL;
    if (!out->environment) {
        ns_flow_environment_free(list);
        return ns_error_set_memory(error);
    }
    out->environment[count] = ns_string_copy(by->environment);
    out->environment[count + 1] = NULL;
    return out->environment[count] ? NS_OK : ns_error_set_memory(error);
}

ns_status ns_launch_batch(char *const *words, const ns_flow_place *place, ns_launch *out, ns_error *error) {
    ns_text line;
    char *cmd = ns_flow_expand(place, "%SystemRoot%\\System32\\cmd.exe");
    bool whole = cmd != NULL;
    ns_text_init(&line, 8000); /* cmd takes 8,191 */
    if (strchr(words[0], '"') || words[0][strlen(words[0]) - 1] == '\\')
        whole = false;
    (void)ns_text_appendf(&line, "\"%s\"", words[0]);
    for (size_t i = 1; whole && words[i]; i++)
        whole = ns_quote_for_cmd(&line, words[i]);
    free(out->application);
    free(out->line);
    out->application = cmd;
    out->line = NULL;
    if (whole && !line.failed) {
        ns_text all;
        ns_text_init(&all, 8192);
        (void)ns_text_appendf(&all, "/e:ON /v:OFF /d /s /c \"%s\"", ns_text_string(&line));
        out->line = ns_text_take_whole(&all);
    }
    ns_text_clear(&line);
    if (out->line)
        return NS_OK;
    return ns_error_set(error, NS_STATUS_INVALID, "FlowNotStarted", "Give it in the environment: the script reads NIGHTSHIFT_INPUT_NAME.",
                        "An argument of a batch file has a line break in it, or they are too long together: cmd.exe cannot be given that.");
}

static ns_status add_interpreter(const ns_flow_start *start, const ns_flow_place *place, const ending *of, ns_launch *out, ns_error *error) {
    const char *names = start->scope[0] ? start->scope : of ? place->windows ? of->windows : of->posix : NULL;
    if (!names)
        return ns_error_set(error, NS_STATUS_INVALID, "FlowNotStarted", "Name its interpreter as the flow's scope.",
                            "No interpreter is known here for %.200s.", start->program);
    out->application = find_first(place, names);
    return out->application ? NS_OK : ns_launch_missing("The script's interpreter", names, error);
}

ns_status ns_launch_script(const ns_flow_start *start, const ns_flow_place *place, ns_launch *out, ns_error *error) {
    char *script = ns_flow_expand(place, start->program);
    const ending *of = script ? ending_of(script) : NULL;
    const bool batch = place->windows && script && ns_is_batch(script) && !start->scope[0];
    const interpreter *by = NULL;
    ns_word_list words = {0};
    ns_status status = script ? NS_OK : ns_error_set_memory(error);
    if (status == NS_OK && !batch)
        status = add_interpreter(start, place, of, out, error);
    if (status == NS_OK && !batch) {
        by = interpreter_of(out->application);
        ns_word_add(&words, out->application);
        ns_word_add_line(&words, start, place, by ? by->words : "");
    }
    if (status == NS_OK) {
        ns_word_add(&words, script);
        ns_word_add_line(&words, start, place, start->arguments);
        status = ns_word_end(&words, out, error);
    }
    if (status == NS_OK && batch)
        status = ns_launch_batch(out->words, place, out, error);
    if (status == NS_OK)
        status = add_environment(by, start, out, error);
    ns_words_free(words.items);
    free(script);
    return status;
}
