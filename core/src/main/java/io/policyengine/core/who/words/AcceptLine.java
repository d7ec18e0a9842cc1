package io.policyengine.core.who.words;

import com.google.re2j.Pattern;
import io.policyengine.core.config.AcceptConfig;
import io.policyengine.core.config.AcceptConfig.Circumstance;
import io.policyengine.core.lint.LintRoute;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.who.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.JsonNodeFactory;

/** An item of {@code accept} as a line of YAML, for a route policy. */
final class AcceptLine {
    /** Texts that need no quotes in YAML, apart from {@link #LITERALS}. */
    private static final Pattern PLAIN = Pattern.compile("([a-z_]+ )?[A-Za-z][A-Za-z0-9_./#-]*");

    /** Words that some YAML parsers read as other values. */
    private static final Set<String> LITERALS = Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n");

    private AcceptLine() {}

    /** Returns the YAML line of an item for a route. The reason is left empty, for the author to fill in. */
    static String of(AcceptConfig item, LintRoute route) {
        List<String> parts = new ArrayList<>();
        List<String> circumstances = item.circumstances().stream()
                .map(circumstance -> circumstance.kind() + " " + circumstance.entry())
                .toList();
        parts.add(item.key() + ": " + list(circumstances.isEmpty() ? List.of(Cause.ALWAYS) : circumstances));
        if (!item.entries().isEmpty()) {
            parts.add("entries: " + list(item.entries()));
        }
        if (item.flow() != Phase.REQUEST) {
            parts.add("flow: " + item.flow().name().toLowerCase(Locale.ROOT));
        }
        List<String> conditions = item.circumstances().stream()
                .map(Circumstance::condition)
                .filter(Objects::nonNull)
                .map(condition -> isHidden(condition, route) ? "(not shown)" : condition)
                .toList();
        if (!conditions.isEmpty()) {
            parts.add("condition: " + list(conditions));
        }
        parts.add("reason: \"\"");
        return "accept: [{ " + String.join(", ", parts) + " }]";
    }

    /** Returns whether the condition repeats a value that a reference inserted into an entry. */
    private static boolean isHidden(String condition, LintRoute route) {
        return Stream.concat(route.request().stream(), route.response().stream())
                .anyMatch(entry -> entry.config().source().isToldIn(condition));
    }

    private static String list(List<String> texts) {
        return texts.size() == 1
                ? text(texts.getFirst())
                : texts.stream().map(AcceptLine::text).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String text(String text) {
        return PLAIN.matcher(text).matches() && !LITERALS.contains(text.toLowerCase(Locale.ROOT))
                ? text
                : JsonNodeFactory.instance.stringNode(text).toString();
    }
}
