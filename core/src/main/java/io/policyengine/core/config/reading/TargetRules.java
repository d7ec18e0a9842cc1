package io.policyengine.core.config.reading;

import com.google.re2j.Pattern;
import io.policyengine.core.callout.TargetUrl;
import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.HeaderMap;
import tools.jackson.core.JsonPointer;

/** The rules for {@code worker_core.targets} that its schema does not express. */
final class TargetRules {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,63}");

    private TargetRules() {}

    static void check(Section file, String targets) {
        for (String target : file.children(targets)) {
            if (!NAME.matches(keyOf(target))) {
                file.errorAtKey(
                        target,
                        "'" + keyOf(target)
                                + "' is not a valid name of a target: use up to 63 letters, digits, and '.', '_' or"
                                + " '-'");
            }
            if (!file.isBroken(target)) {
                checkUrl(file, target);
                checkKeyPair(file, target + "/tls");
                checkHeaders(file, target + "/headers");
            }
        }
    }

    private static void checkUrl(Section file, String target) {
        try {
            TargetUrl url = TargetUrl.parse(file.text(target + "/url"));
            if (!url.tls() && !file.children(target + "/tls").isEmpty()) {
                file.error(
                        target + "/tls",
                        "the target's URL begins with http://, so these TLS settings have no " + "effect");
            }
        } catch (IllegalArgumentException unusable) {
            file.error(target + "/url", String.valueOf(unusable.getMessage()));
        }
    }

    static void checkKeyPair(Section file, String tls) {
        if (file.has(tls + "/cert_file") != file.has(tls + "/key_file")) {
            file.error(tls, "a client's certificate needs both cert_file and key_file");
        }
    }

    static void checkHeaders(Section file, String headers) {
        for (String field : file.children(headers)) {
            String name = HeaderMap.lowerCase(keyOf(field));
            if (!FieldRules.isToken(name)) {
                file.errorAtKey(field, "'" + name + "' is not the name of a header field");
            } else if (FieldRules.isFraming(name) || name.equals("host")) {
                file.errorAtKey(field, "'" + name + "' is set by the engine and cannot be set here");
            } else if (!FieldRules.isFieldValue(file.text(field))) {
                file.error(field, "a header value may contain only visible ASCII characters, spaces and tabs");
            }
        }
    }

    private static String keyOf(String pointer) {
        return JsonPointer.compile(pointer).last().getMatchingProperty();
    }
}
