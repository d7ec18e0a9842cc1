package io.policyengine.app.who.trial;

import com.google.re2j.Pattern;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.RouteMatch;
import io.policyengine.core.lint.LintRoute;
import io.policyengine.core.who.AnsweredRoute;
import io.policyengine.core.who.change.RouteChanges;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Changes of the route policies of a configuration by which one policy takes requests from another one. Each line has
 * the route policies before and after: {@code base} is the sound one that had the requests, {@code edited} the other.
 */
enum Arrangement {
    SAME(true, "/a base", "/a edited"),
    EXACT_FROM_DEFAULT(true, "* base", "* base, /a edited"),
    PREFIX_FROM_DEFAULT(true, "* base", "* base, /a* edited"),
    REGEX_FROM_DEFAULT(true, "* base", "* base, ~/a[0-9]+ edited"),
    LONGER_PREFIX(true, "/a* base", "/a* base, /ab* edited"),
    PREFIX_FROM_REGEX(true, "~/a.* base", "~/a.* base, /ab* edited"),
    EXACT_FROM_REGEX(true, "~/a.* base", "~/a.* base, /ab edited"),
    REGEX_FIRST(true, "~/a.* base, ~/ab.* edited", "~/ab.* edited, ~/a.* base"),
    GONE(true, "/a base, * edited", "* edited"),
    REGEX_GONE(true, "~/a.* base, ~/(a|b).* edited", "~/(a|b).* edited"),
    ANOTHER_PREFIX(false, "/a* base", "/a* base, /b* edited"),
    ANOTHER_REGEX(false, "~/a.* base, ~/b.* edited", "~/b.* edited, ~/a.* base"),
    REGEX_LAST(false, "~/a.* base", "~/a.* base, ~/ab.* edited");

    private final boolean takes;
    private final String before;
    private final String after;

    Arrangement(boolean takes, String before, String after) {
        this.takes = takes;
        this.before = before;
        this.after = after;
    }

    /** Returns whether requests of the one route policy go by the other one. */
    boolean takes() {
        return takes;
    }

    /** Returns whether a running kernel would reject the change. */
    boolean isObjectedTo(KernelConfig kernel, AnsweredRoute base, AnsweredRoute edited) {
        return !RouteChanges.between(side(kernel, before, base, edited), side(kernel, after, base, edited))
                .opened()
                .isEmpty();
    }

    private static RouteChanges.Side side(
            KernelConfig kernel, String written, AnsweredRoute base, AnsweredRoute edited) {
        Map<String, AnsweredRoute> answers = new LinkedHashMap<>();
        for (String route : written.split(", ", -1)) {
            String[] parts = route.split(" ", 2);
            AnsweredRoute named = named(parts[0], parts[1].equals("base") ? base : edited);
            answers.put(named.route().config().key(), named);
        }
        List<RouteConfig> routes =
                answers.values().stream().map(route -> route.route().config()).toList();
        return new RouteChanges.Side(new EngineConfig(kernel, List.of(), routes, List.of(), List.of()), answers);
    }

    private static AnsweredRoute named(String name, AnsweredRoute of) {
        RouteConfig config = of.route().config();
        boolean isRegex = name.startsWith("~");
        String text = isRegex ? name.substring(1) : name;
        RouteConfig renamed = new RouteConfig(
                text,
                config.group(),
                isRegex ? new RouteMatch.Regex(Pattern.compile(text)) : RouteMatch.written(text),
                config.priority(),
                config.requestFlow(),
                config.responseFlow(),
                config.allowInPath(),
                config.accepted(),
                config.lintIgnore(),
                config.location());
        return new AnsweredRoute(
                new LintRoute(renamed, of.route().request(), of.route().response()), of.answer());
    }
}
