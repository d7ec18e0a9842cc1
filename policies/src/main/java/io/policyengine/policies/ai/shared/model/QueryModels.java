package io.policyengine.policies.ai.shared.model;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.core.http.PercentCoding;
import io.policyengine.core.http.QueryString;
import io.policyengine.core.http.QueryString.Pair;
import java.util.List;
import java.util.Optional;

/**
 * Finds the model in the query of a request. Servers differ in which of several parameters they use. Some ignore letter
 * case, surrounding blanks, a second encoding, or everything after a bracket in a parameter's name. Some separate
 * parameters by semicolons.
 */
public final class QueryModels {
    private static final String MODEL = "model";
    private static final String BRACKETED = MODEL + "[";

    private QueryModels() {}

    /**
     * Returns the decoded value of the parameter {@code model}; an empty list if there is none. The {@code Optional} is
     * empty if servers read the parameter differently.
     */
    public static Optional<List<String>> in(String target) {
        String query = QueryString.queryOf(target);
        if (query.isEmpty()) {
            return Optional.of(List.of());
        }
        List<String> models = QueryString.pairs(query).stream()
                .filter(pair -> PercentCoding.octets(pair.name(), true).equals(MODEL))
                .map(pair -> Octets.toText(PercentCoding.octets(pair.value(), true)))
                .toList();
        long readable = QueryString.pairs(query.replace(';', '&')).stream()
                .filter(QueryModels::mayNameModel)
                .count();
        return readable > 1 || readable > models.size() ? Optional.empty() : Optional.of(models);
    }

    /** Returns whether any server may read the parameter as the model. */
    private static boolean mayNameModel(Pair pair) {
        String name = HeaderMap.lowerCase(PercentCoding.octets(PercentCoding.octets(pair.name(), true), true));
        int start = 0;
        while (start < name.length() && name.charAt(start) <= ' ') {
            start++;
        }
        int end = start;
        while (end < name.length() && name.charAt(end) > ' ') {
            end++;
        }
        String word = name.substring(start, end);
        return word.equals(MODEL) || word.startsWith(BRACKETED);
    }
}
