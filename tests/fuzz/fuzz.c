/* Everything that reads what another process or machine sends, and what a person types: the first byte chooses. Built by
 * clang with libFuzzer in the configuration "fuzz"; in the others a program that replays files. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/protocol.h"
#include "base/base64.h"
#include "base/message.h"
#include "model/names.h"
#include "model/native_code.h"
#include "model/things.h"
#include "preflight/board.h"
#include "probe/ntlm.h"
#include "probe/tls_facts.h"
#include "probe/x224.h"
#include "rdp/credssp.h"
#include "runner/runner_request.h"
#include "transfer/document.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_message(const cJSON *message) {
    ns_agent_hello hello;
    ns_runner_request request;
    ns_secret password = {0};
    uint64_t by = 0;
    ns_error error;
    if (ns_agent_hello_read(message, &hello, &error) == NS_OK)
        ns_agent_hello_clear(&hello);
    (void)!ns_runner_request_read(message, &request, &error);
    if (ns_runner_go_read(message, &password, &by, &error) == NS_OK)
        ns_secret_clear(&password);
}

/* The stream in two pieces, cut where the second byte says. */
static void read_stream(const uint8_t *data, size_t size) {
    ns_message_reader reader;
    size_t cut = size > 1 ? data[0] % size : 0;
    cJSON *message = NULL;
    ns_error error;
    ns_message_reader_init(&reader);
    for (int piece = 0; piece < 2; piece++) {
        if (ns_message_reader_add(&reader, piece ? data + cut : data, piece ? size - cut : cut, &error) != NS_OK)
            break;
        while (ns_message_reader_next(&reader, &message, &error) == NS_OK && message) {
            read_message(message);
            cJSON_Delete(message);
        }
    }
    ns_message_reader_clear(&reader);
}

static void read_text(int what, const char *text) {
    char **words = NULL;
    char *domain = NULL;
    char *user = NULL;
    char *value = NULL;
    ns_error error;
    ns_text lossy;
    switch (what) {
    case 0:
        if (ns_words_split("p", text, &words, &error) == NS_OK)
            ns_words_free(words);
        break;
    case 1:
        if (ns_user_split(text, &domain, &user, &error) == NS_OK) {
            free(domain);
            free(user);
        }
        break;
    case 2:
        for (int id = 0; id < NS_SETTING_COUNT; id++)
            if (ns_setting_parse((ns_setting_id)id, text, &value, &error) == NS_OK)
                free(value);
        break;
    case 3:
        if (ns_success_codes_check(text, &error) == NS_OK)
            (void)ns_success_codes_have(text, 3010);
        (void)!ns_host_check(text, &error);
        (void)!ns_name_check("name", text, &error);
        break;
    default:
        ns_text_init(&lossy, 1 << 20);
        (void)ns_utf8_append_lossy(&lossy, text, strlen(text));
        if (ns_utf8_count(ns_text_string(&lossy)) < 0)
            abort(); /* what is made UTF-8 must be UTF-8 */
        ns_text_clear(&lossy);
        break;
    }
}

static void read_answer(const uint8_t *data, size_t size) {
    const size_t whole = ns_x224_answer_size(data, size);
    if (whole > NS_X224_ANSWER_MAXIMUM)
        abort();
    (void)ns_x224_read(data, size);
}

static void read_challenge(const uint8_t *data, size_t size) {
    ns_ntlm_challenge told;
    (void)ns_ntlm_answer_size(data, size);
    /* What was told is shown to people, so it must be UTF-8. */
    if (ns_ntlm_read(data, size, &told) && (ns_utf8_count(told.computer) < 0 || ns_utf8_count(told.domain) < 0 || ns_utf8_count(told.dns_forest) < 0))
        abort();
}

static void read_certificate(const uint8_t *data, size_t size) {
    const unsigned char *der = data;
    X509 *leaf = d2i_X509(NULL, &der, (long)size);
    cJSON *facts = leaf ? ns_certificate_describe(leaf, NULL, NULL, "pc17.example.org") : NULL;
    char *text = facts ? ns_json_print(facts) : NULL;
    if (text && ns_utf8_count(text) < 0)
        abort();
    cJSON_free(text);
    cJSON_Delete(facts);
    X509_free(leaf);
}

/* A file of facts that somebody sent, judged by every check. */
static void read_facts(const char *text) {
    const ns_machine machine = {.name = (char[]){"pc17"}, .host = (char[]){"pc17"}, .port = 3389, .group_name = (char[]){""}, .pin = (char[]){""}};
    const ns_connection connection = {
        .name = (char[]){"r"}, .user = (char[]){"robot"}, .domain = (char[]){""}, .has_secret = true, .refused_code = (char[]){""}};
    cJSON *document = cJSON_Parse(text);
    ns_facts facts;
    ns_row row;
    ns_check_set all;
    ns_error error;
    if (document && ns_facts_read(document, &facts, &error) == NS_OK) {
        const ns_check_input in = {.facts = &facts, .machine = &machine, .connection = &connection, .now = 1};
        cJSON *written = NULL;
        ns_check_set_all(&all);
        ns_row_judge(&in, &all, &row);
        written = ns_row_write(&in, &row);
        cJSON_Delete(written);
        ns_facts_clear(&facts);
    }
    cJSON_Delete(document);
}

/* A file that is imported: what a list or table says becomes text that is stored and shown. */
static void read_import(const uint8_t *data, size_t size) {
    cJSON *document = NULL;
    char *unused = NULL;
    size_t others = 0;
    char *text = NULL;
    ns_error error;
    if (ns_document_read(data, size, &document, &unused, &others, &error) == NS_OK) {
        text = ns_json_print(document);
        if (text && ns_utf8_count(text) < 0)
            abort();
    }
    free(text);
    free(unused);
    cJSON_Delete(document);
}

/* What was added since: a first byte from 0xF0 on. */
static void read_more(int what, const uint8_t *data, size_t size) {
    char *text = malloc(size + 1);
    uint8_t *bytes = NULL;
    size_t length = 0;
    if (!text)
        return;
    memcpy(text, data, size);
    text[size] = 0;
    if (what == 0)
        (void)ns_rdp_credssp_status(data, size);
    else if (what == 1 && ns_base64_decode(text, &bytes, &length))
        free(bytes);
    else if (what == 2)
        (void)ns_entra_error_code(text);
    else if (what == 3)
        read_answer(data, size);
    else if (what == 4)
        read_challenge(data, size);
    else if (what == 5)
        read_certificate(data, size);
    else if (what == 7)
        read_import(data, size);
    else
        read_facts(text);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = NULL;
    if (size < 2)
        return 0;
    if (data[0] >= 0xF0) {
        read_more((data[0] - 0xF0) % 8, data + 1, size - 1);
        return 0;
    }
    if (data[0] % 6 == 5) {
        read_stream(data + 1, size - 1);
        return 0;
    }
    text = malloc(size);
    if (!text)
        return 0;
    memcpy(text, data + 1, size - 1);
    text[size - 1] = 0;
    read_text(data[0] % 6, text);
    free(text);
    return 0;
}

#ifndef NS_FUZZ
int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        static uint8_t bytes[1 << 20];
        FILE *file = fopen(argv[i], "rb");
        size_t size = file ? fread(bytes, 1, sizeof bytes, file) : 0;
        if (file)
            (void)fclose(file);
        (void)LLVMFuzzerTestOneInput(bytes, size);
    }
    return 0;
}
#endif
