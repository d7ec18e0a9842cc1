package io.policyengine.policies.model;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.StringOrList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A list of names of models, in which an asterisk stands for any characters, or none. Time to compare is in proportion to the length of the
 * name and of the list.
 */
public final class NamePatterns {
    private static final NamePatterns NONE = new NamePatterns(Set.of(), List.of(), false);

    private final Set<String> names;
    private final List<List<String>> patterns;
    private final boolean ignoresCase;

    private NamePatterns(Set<String> names, List<List<String>> patterns, boolean ignoresCase) {
        this.names = names;
        this.patterns = patterns;
        this.ignoresCase = ignoresCase;
    }

    /**
     * Reads a list; notes names that no request can have.
     *
     * @param ignoresCase true for names to be kept out: servers may find a model by its name in another case
     */
    public static NamePatterns of(
            @Nullable StringOrList texts, boolean ignoresCase, String pointer, Collection<ParamProblem> problems) {
        if (texts == null) {
            return NONE;
        }
        Set<String> names = new HashSet<>();
        List<List<String>> patterns = new ArrayList<>();
        for (String text : texts.values()) {
            if (!ModelName.isLegal(text.replace("*", "a"))) {
                problems.add(new ParamProblem(pointer, ModelName.RULE));
            }
            String written = ignoresCase ? HeaderMap.lowerCase(text) : text;
            if (text.indexOf('*') < 0) {
                names.add(written);
            } else {
                patterns.add(pieces(written));
            }
        }
        return new NamePatterns(Set.copyOf(names), List.copyOf(patterns), ignoresCase);
    }

    /** The texts around the asterisks. */
    private static List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        for (int at = text.indexOf('*'); at >= 0; at = text.indexOf('*', from)) {
            pieces.add(text.substring(from, at));
            from = at + 1;
        }
        pieces.add(text.substring(from));
        return List.copyOf(pieces);
    }

    /** True if the list has the name. */
    public boolean include(String name) {
        String compared = ignoresCase ? HeaderMap.lowerCase(name) : name;
        return names.contains(compared) || patterns.stream().anyMatch(pieces -> matches(pieces, compared));
    }

    /** Each piece is taken where it first occurs: that leaves most for the others. */
    private static boolean matches(List<String> pieces, String name) {
        String first = pieces.getFirst();
        String last = pieces.getLast();
        if (name.length() < first.length() + last.length() || !name.startsWith(first) || !name.endsWith(last)) {
            return false;
        }
        int from = first.length();
        int end = name.length() - last.length();
        for (String piece : pieces.subList(1, pieces.size() - 1)) {
            int at = name.indexOf(piece, from);
            if (at < 0 || at + piece.length() > end) {
                return false;
            }
            from = at + piece.length();
        }
        return true;
    }
}
