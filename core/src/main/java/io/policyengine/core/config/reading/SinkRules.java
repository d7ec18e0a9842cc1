package io.policyengine.core.config.reading;

import com.google.re2j.Pattern;
import io.policyengine.core.config.SinkKeys;
import tools.jackson.core.JsonPointer;

/** The rules for {@code worker_core.sinks} that its schema does not express. */
final class SinkRules {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,63}");

    private SinkRules() {}

    static void check(Section file, String sinks) {
        for (String sink : file.children(sinks)) {
            String name = JsonPointer.compile(sink).last().getMatchingProperty();
            if (!NAME.matches(name)) {
                file.errorAtKey(
                        sink,
                        "'" + name
                                + "' is not a valid name of a sink: use up to 63 letters, digits, and '.', '_' or '-'");
            }
            if (!file.isBroken(sink)) {
                SinkKeys.problems(file.at(sink))
                        .forEach(problem -> file.error(sink + problem.pointer(), problem.message()));
                TargetRules.checkKeyPair(file, sink + "/tls");
            }
        }
    }
}
