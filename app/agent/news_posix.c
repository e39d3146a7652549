#include "news.h"

#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>
#include <xcb/xcb.h>

#include "instance.h"

enum { LOOK_MS = 2000, SOURCES = 3 };

static int woken = -1; /* eventfd */
static int newer = -1; /* inotify of the place's file, which a newer agent opens */
static xcb_connection_t *display;
static xcb_atom_t rules;
static bool may_tell;
static bool listens;
static bool client;

static void listen_to_root(int number) {
    static const char name[] = "_XKB_RULES_NAMES";
    const uint32_t events = XCB_EVENT_MASK_PROPERTY_CHANGE;
    xcb_screen_iterator_t each = xcb_setup_roots_iterator(xcb_get_setup(display));
    xcb_intern_atom_reply_t *atom = xcb_intern_atom_reply(display, xcb_intern_atom(display, 0, sizeof name - 1, name), NULL);
    while (number-- > 0)
        xcb_screen_next(&each);
    rules = atom ? atom->atom : XCB_ATOM_NONE;
    free(atom);
    (void)xcb_change_window_attributes(display, each.data->root, XCB_CW_EVENT_MASK, &events);
    (void)xcb_flush(display);
}

void news_begin(bool display_tells) {
    may_tell = display_tells;
    woken = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

/* When there is nothing to hurry for: the first hello does not wait for the display to answer. */
static void begin_to_listen(void) {
    int number = 0;
    listens = true;
    newer = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (newer >= 0 && inotify_add_watch(newer, instance_place(), IN_OPEN) < 0) {
        (void)close(newer);
        newer = -1;
    }
    if (!may_tell)
        return;
    display = xcb_connect(NULL, &number);
    if (!xcb_connection_has_error(display))
        listen_to_root(number);
}

static bool tells(void) {
    return display && rules != XCB_ATOM_NONE && newer >= 0 && woken >= 0 && !xcb_connection_has_error(display);
}

static void take_events(void) {
    xcb_generic_event_t *event = NULL;
    while (display && !xcb_connection_has_error(display) && (event = xcb_poll_for_event(display)) != NULL) {
        if ((event->response_type & 0x7F) == XCB_PROPERTY_NOTIFY && ((const xcb_property_notify_event_t *)(const void *)event)->atom == rules)
            client = true;
        free(event);
    }
}

static void drain(int source) {
    char bytes[4096];
    while (source >= 0 && read(source, bytes, sizeof bytes) > 0) {
    }
}

void news_wait(int timeout_ms) {
    if (timeout_ms < 0 && !listens) {
        begin_to_listen();
        timeout_ms = 0; /* what came before it listened is looked for once more */
    }
    struct pollfd sources[SOURCES] = {{.fd = woken, .events = POLLIN}, {.fd = newer, .events = POLLIN}, {.fd = -1, .events = POLLIN}};
    if (tells())
        sources[2].fd = xcb_get_file_descriptor(display);
    else if (timeout_ms < 0)
        timeout_ms = LOOK_MS;
    take_events(); /* what came with an answer is in xcb's own queue, and wakes nobody */
    if (!client)
        (void)poll(sources, SOURCES, timeout_ms);
    drain(woken);
    drain(newer);
    take_events();
}

bool news_of_client(void) {
    bool came = false;
    take_events(); /* nobody waits while the channel is open, and they are not to pile up */
    came = client;
    client = false;
    return came;
}

void news_wake(void) {
    const uint64_t one = 1;
    (void)!write(woken, &one, sizeof one);
}
