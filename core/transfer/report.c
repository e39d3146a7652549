#include "transfer/report.h"

#include <string.h>

static void csv_cell(ns_text *out, const char *text, bool last) {
    (void)ns_text_append_string(out, text[0] && strchr("=+-@\t\r", text[0]) ? "\"'" : "\"");
    for (const char *p = text; *p; p++)
        (void)ns_text_append(out, *p == '"' ? "\"\"" : p, *p == '"' ? 2 : 1);
    (void)ns_text_append_string(out, last ? "\"\r\n" : "\",");
}

void ns_report_csv(const cJSON *document, ns_text *out) {
    static const char *const members[] = {"id", "title", "verdict", "code", "message", "remedy", "fix"};
    const cJSON *machine = NULL;
    (void)ns_text_append_string(out, "at,machine,machine verdict,check,title,verdict,code,message,remedy,fix\r\n");
    cJSON_ArrayForEach(machine, cJSON_GetObjectItemCaseSensitive(document, "machines")) {
        const cJSON *check = NULL;
        cJSON_ArrayForEach(check, cJSON_GetObjectItemCaseSensitive(machine, "checks")) {
            csv_cell(out, ns_json_string(document, "at", ""), false);
            csv_cell(out, ns_json_string(machine, "machine", ""), false);
            csv_cell(out, ns_json_string(machine, "verdict", ""), false);
            for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
                csv_cell(out, ns_json_string(check, members[i], ""), i + 1 == sizeof members / sizeof members[0]);
        }
    }
}

static void html_text(ns_text *out, const char *text) {
    for (const char *p = text; *p; p++) {
        if (*p == '<')
            (void)ns_text_append_string(out, "&lt;");
        else if (*p == '>')
            (void)ns_text_append_string(out, "&gt;");
        else if (*p == '&')
            (void)ns_text_append_string(out, "&amp;");
        else if (*p == '"')
            (void)ns_text_append_string(out, "&quot;");
        else
            (void)ns_text_append(out, p, 1);
    }
}

static void html_element(ns_text *out, const char *open, const char *text, const char *close) {
    if (!text[0])
        return;
    (void)ns_text_append_string(out, open);
    html_text(out, text);
    (void)ns_text_append_string(out, close);
}

static void html_check(const cJSON *check, ns_text *out) {
    const char *verdict = ns_json_string(check, "verdict", "unknown");
    (void)ns_text_append_string(out, "<tr class=\"");
    html_text(out, verdict);
    html_element(out, "\"><td>", verdict, "</td>");
    html_element(out, "<td>", ns_json_string(check, "title", "?"), "<br><code>");
    html_text(out, ns_json_string(check, "id", ""));
    (void)ns_text_append_string(out, "</code></td><td>");
    html_text(out, ns_json_string(check, "message", ""));
    html_element(out, "<br>", ns_json_string(check, "remedy", ""), "");
    html_element(out, "<br><code>", ns_json_string(check, "fix", ""), "</code>");
    html_element(out, "</td><td><code>", ns_json_string(check, "code", ""), "</code>");
    (void)ns_text_append_string(out, "</td></tr>\n");
}

void ns_report_html(const cJSON *document, ns_text *out) {
    static const char head[] =
        "<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Nightshift preflight</title>\n"
        "<style>body{font:14px/1.4 'Segoe UI',sans-serif;margin:2em;color:#1b1b1b;background:#fff}table{border-collapse:collapse;width:100%}"
        "td{border-top:1px solid #ddd;padding:4px 8px;vertical-align:top}td:first-child{white-space:nowrap;font-weight:600}"
        ".fail td:first-child{color:#a4262c}.warn td:first-child{color:#835b00}.pass td:first-child{color:#0b6a0b}.unknown td:first-child{color:#555}"
        "code{font-size:12px;word-break:break-word}@media(prefers-color-scheme:dark){body{color:#eee;background:#1c1c1c}td{border-color:#444}"
        ".fail td:first-child{color:#ff99a4}.warn td:first-child{color:#fce100}.pass td:first-child{color:#6ccb5f}.unknown "
        "td:first-child{color:#aaa}}"
        "</style>\n";
    const cJSON *machine = NULL;
    (void)ns_text_append_string(out, head);
    html_element(out, "<h1>Preflight of ", ns_json_string(document, "at", ""), "</h1>\n");
    cJSON_ArrayForEach(machine, cJSON_GetObjectItemCaseSensitive(document, "machines")) {
        const cJSON *check = NULL;
        html_element(out, "<h2>", ns_json_string(machine, "machine", "?"), ": ");
        html_element(out, "", ns_json_string(machine, "verdict", "?"), "</h2>\n");
        html_element(out, "<p>", ns_json_string(machine, "forecast", ""), "</p>\n<table>\n");
        cJSON_ArrayForEach(check, cJSON_GetObjectItemCaseSensitive(machine, "checks")) {
            html_check(check, out);
        }
        (void)ns_text_append_string(out, "</table>\n");
    }
    (void)ns_text_append_string(out, "</html>\n");
}
