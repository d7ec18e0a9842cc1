package io.policyengine.policies.ai.shared.model;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.StringOrList;
import io.policyengine.policies.shared.wildcard.Wildcard;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A list of model names, in which an asterisk matches any number of characters. Matching takes time proportional to the
 * lengths of the name and of the list.
 */
public final class NamePatterns {
    private static final NamePatterns NONE = new NamePatterns(Set.of(), List.of(), false);

    private final Set<String> names;
    private final List<Wildcard> patterns;
    private final boolean ignoresCase;

    private NamePatterns(Set<String> names, List<Wildcard> patterns, boolean ignoresCase) {
        this.names = names;
        this.patterns = patterns;
        this.ignoresCase = ignoresCase;
    }

    /**
     * Compiles a list of model names, and records a problem for each name that no request can have.
     *
     * @param ignoresCase true for forbidden names, since servers may ignore case when they look up a model
     */
    public static NamePatterns of(
            @Nullable StringOrList texts, boolean ignoresCase, String pointer, Collection<ParamProblem> problems) {
        if (texts == null) {
            return NONE;
        }
        Set<String> names = new HashSet<>();
        List<Wildcard> patterns = new ArrayList<>();
        for (String text : texts.values()) {
            if (!ModelName.isLegal(text.replace("*", "a"))) {
                problems.add(new ParamProblem(pointer, ModelName.RULE));
            }
            String written = ignoresCase ? HeaderMap.lowerCase(text) : text;
            if (text.indexOf('*') < 0) {
                names.add(written);
            } else {
                patterns.add(Wildcard.of(written));
            }
        }
        return new NamePatterns(Set.copyOf(names), List.copyOf(patterns), ignoresCase);
    }

    public boolean include(String name) {
        String compared = ignoresCase ? HeaderMap.lowerCase(name) : name;
        return names.contains(compared) || patterns.stream().anyMatch(pattern -> pattern.matches(compared));
    }
}
