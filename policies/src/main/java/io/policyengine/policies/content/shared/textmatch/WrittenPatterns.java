package io.policyengine.policies.content.shared.textmatch;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.StringOrList;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles patterns that operators write into parameters, in RE2 syntax. */
public final class WrittenPatterns {
    /**
     * Maximum number of RE2/J instructions that all patterns of one list may have together. Search time grows with this
     * number.
     */
    private static final int LARGEST = 5_000;

    private WrittenPatterns() {}

    /**
     * Compiles a list of patterns.
     *
     * @param texts null for an empty list
     * @param pointer to the list in the parameters
     * @param flags of {@link Pattern#compile(String, int)}
     * @param problems receives a problem for each pattern that is malformed or matches in every text, and for the
     *     pattern with which the list becomes too large
     */
    public static List<Pattern> compile(
            @Nullable StringOrList texts, String pointer, int flags, List<ParamProblem> problems) {
        List<String> values = texts == null ? List.of() : texts.values();
        List<Pattern> patterns = new ArrayList<>(values.size());
        int size = 0;
        for (int i = 0; i < values.size(); i++) {
            String at = pointer + "/" + i;
            try {
                Pattern pattern = Pattern.compile(values.get(i), flags);
                size += pattern.programSize();
                patterns.add(pattern);
                if (pattern.matches("")) {
                    problems.add(new ParamProblem(at, "the pattern matches empty text, so it occurs in every text"));
                } else if (size > LARGEST) {
                    problems.add(new ParamProblem(
                            at,
                            "this pattern and the earlier ones are too large together: use fewer or shorter patterns"));
                }
            } catch (PatternSyntaxException wrong) {
                problems.add(new ParamProblem(at, "not a regular expression in RE2 syntax: " + wrong.getDescription()));
            }
        }
        return List.copyOf(patterns);
    }
}
