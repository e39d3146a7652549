/* The screen: Power Automate's own registry values, the settings, and what a session really had. */
#include <stdio.h>
#include <string.h>

#include "preflight/judge.h"

/* What somebody meant who typed a decimal number where regedit takes hexadecimal: 6432 is 0x1920. 0 when it is no such
 * number or not out of the ordinary. */
static int64_t typed_as_hexadecimal(int64_t value, int64_t least_odd) {
    int64_t meant = 0;
    int64_t place = 1;
    if (value < least_odd)
        return 0;
    for (int64_t rest = value; rest; rest >>= 4, place *= 10) {
        if ((rest & 0xF) > 9)
            return 0;
        meant += (rest & 0xF) * place;
    }
    return meant;
}

typedef struct screen_values {
    bool read;
    int64_t enabled;
    int64_t width;
    int64_t height;
    int64_t scale;
} screen_values;

static screen_values read_view(const ns_check_input *in, const char *view) {
    static const char *const names[] = {"ScreenResolutionEnabled", "Width", "Height", "Scale"};
    screen_values values = {.read = true, .enabled = -1, .width = -1, .height = -1, .scale = -1};
    int64_t *const fields[] = {&values.enabled, &values.width, &values.height, &values.scale};
    for (size_t i = 0; i < NS_COUNT_OF(names); i++) {
        char fact[64];
        (void)snprintf(fact, sizeof fact, "pad.screen.%s.%s", view, names[i]);
        values.read = ns_judge_number(in, fact, -1, fields[i]) && values.read;
    }
    return values;
}

static bool is_set(const screen_values *values) {
    return values->enabled >= 0 || values->width >= 0 || values->height >= 0 || values->scale >= 0;
}

/* 4096, 5120 and 8192 are real sizes, and look like 1000, 1400 and 2000 in hexadecimal. No run of Nightshift fails for these
 * values, which Power Automate reads: a warning. */
static bool judge_hexadecimal(const screen_values *values, ns_verdict *out) {
    const int64_t width = typed_as_hexadecimal(values->width, 0x1000);
    const int64_t height = typed_as_hexadecimal(values->height, 0x1000);
    const int64_t scale = typed_as_hexadecimal(values->scale, 0x100);
    if (values->enabled != 1)
        return false;
    if (width >= 640 && width != 1000 && width != 1400 && width != 2000)
        ns_judge_warn(out, "Width is %lld: %lld typed as hexadecimal.", (long long)values->width, (long long)width);
    else if (height >= 480 && height != 1000 && height != 1400)
        ns_judge_warn(out, "Height is %lld: %lld typed as hexadecimal.", (long long)values->height, (long long)height);
    else if (scale >= 100)
        ns_judge_warn(out, "Scale is %lld %%: %lld typed as hexadecimal.", (long long)values->scale, (long long)scale);
    else
        return false;
    return true;
}

/* One view has values, or both have the same. */
static void judge_values(const ns_check_input *in, const screen_values *used, const char *view, ns_verdict *out) {
    const long long width = ns_judge_setting(in, NS_SETTING_SCREEN_WIDTH);
    const long long height = ns_judge_setting(in, NS_SETTING_SCREEN_HEIGHT);
    if (used->enabled != 1)
        ns_judge_warn(out, "There are values in the %s view, and ScreenResolutionEnabled is not 1: they do not count.", view);
    else if (used->width <= 0 || used->height <= 0)
        ns_judge_warn(out, "The %s view switches a resolution on and does not say which.", view);
    else if (used->width != width || used->height != height)
        ns_judge_warn(out, "Power Automate would use %lldx%lld (%s view), and Nightshift asks for %lldx%lld.", (long long)used->width,
                      (long long)used->height, view, width, height);
    else
        ns_judge_pass(out, "%lldx%lld at %lld %% (%s view).", (long long)used->width, (long long)used->height,
                      (long long)(used->scale > 0 ? used->scale : 100), view);
}

static bool is_other(const screen_values *a, const screen_values *b) {
    return is_set(a) && is_set(b) && (a->width != b->width || a->height != b->height || a->enabled != b->enabled);
}

/* The 64-bit view wins where it has values (Microsoft: Run unattended desktop flows). */
NS_JUDGE(ns_judge_screen_registry) {
    const screen_values wide = read_view(in, "64");
    const screen_values narrow = read_view(in, "32");
    const screen_values *used = is_set(&wide) ? &wide : &narrow;
    if (!wide.read || !narrow.read)
        ns_judge_not_read(out, in->facts, wide.read ? "pad.screen.32.Width" : "pad.screen.64.Width");
    else if (!is_set(used))
        ns_judge_pass(out, "Power Automate has no resolution of its own; Nightshift asks for %lldx%lld.",
                      ns_judge_setting(in, NS_SETTING_SCREEN_WIDTH), ns_judge_setting(in, NS_SETTING_SCREEN_HEIGHT));
    else if (judge_hexadecimal(used, out))
        return;
    else if (is_other(&wide, &narrow))
        ns_judge_warn(out, "Both registry views have values, and they differ; the 64-bit view counts: %lldx%lld.", (long long)wide.width,
                      (long long)wide.height);
    else
        judge_values(in, used, used == &wide ? "64-bit" : "32-bit", out);
}

NS_JUDGE(ns_judge_screen_setting) {
    const long long width = ns_judge_setting(in, NS_SETTING_SCREEN_WIDTH);
    const long long height = ns_judge_setting(in, NS_SETTING_SCREEN_HEIGHT);
    if (width < 1024 || height < 720)
        ns_judge_warn(out, "%lldx%lld is small: windows may not fit.", width, height);
    else if (width > 4096 || height > 4096)
        ns_judge_warn(out, "%lldx%lld is more than older Windows gives (4096).", width, height);
    else
        ns_judge_pass(out, "%lldx%lld.", width, height);
}

NS_JUDGE(ns_judge_screen_scale) {
    static const long long usual[] = {100, 125, 150, 175, 200, 250, 300, 400, 500};
    const long long scale = ns_judge_setting(in, NS_SETTING_SCREEN_SCALE);
    bool is_usual = false;
    for (size_t i = 0; i < NS_COUNT_OF(usual); i++)
        is_usual = is_usual || usual[i] == scale;
    if (!is_usual)
        ns_judge_warn(out, "%lld %% is none of the scales that Windows offers.", scale);
    else if (scale != 100)
        ns_judge_warn(out, "%lld %%: images that a flow was made with at 100 %% are not found.", scale);
    else
        ns_judge_pass(out, "100 %%.");
}

NS_JUDGE(ns_judge_screen_got) {
    static const char fact[] = "session.screen";
    const long long width = ns_judge_setting(in, NS_SETTING_SCREEN_WIDTH);
    const long long height = ns_judge_setting(in, NS_SETTING_SCREEN_HEIGHT);
    const long long scale = ns_judge_setting(in, NS_SETTING_SCREEN_SCALE);
    const int64_t has_width = ns_judge_member_integer(in->facts, fact, "width", 0);
    const int64_t has_height = ns_judge_member_integer(in->facts, fact, "height", 0);
    const int64_t has_scale = ns_judge_member_integer(in->facts, fact, "scale", 0);
    if (!has_width)
        ns_judge_not_read(out, in->facts, fact);
    else if (has_width != width || has_height != height)
        ns_judge_warn(out, "The last session had %lldx%lld, and the settings ask for %lldx%lld.", (long long)has_width, (long long)has_height, width,
                      height);
    else if (has_scale && has_scale != scale)
        ns_judge_warn(out, "The last session had %lld %%, and the settings ask for %lld %%.", (long long)has_scale, scale);
    else
        ns_judge_pass(out, "The last session had %lldx%lld at %lld %%, as the settings ask.", (long long)has_width, (long long)has_height,
                      (long long)has_scale);
}
