package io.policyengine.admin.api;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parses the parameters of a query. Each method throws {@link ApiProblem} if the value is invalid. */
final class QueryValues {
    /** Maximum characters of the part of a name by which a query filters. */
    private static final int MAX_FILTER = 256;

    private final Map<String, String> query;

    QueryValues(ApiRequest request) {
        this.query = request.query();
    }

    String text(String name) {
        return query.getOrDefault(name, "");
    }

    /**
     * Returns the part of a name by which the query filters, at most {@value #MAX_FILTER} characters; empty if absent.
     */
    String filter(String name) {
        String filter = text(name);
        if (filter.length() > MAX_FILTER) {
            throw refused("'" + name + "' may have " + MAX_FILTER + " characters");
        }
        return filter;
    }

    /**
     * Returns the constant whose name in lower case is the value of the parameter, or null if the parameter is absent.
     */
    <E extends Enum<E>> @Nullable E constant(String name, Class<E> type) {
        String text = text(name);
        if (text.isEmpty()) {
            return null;
        }
        List<E> all = Arrays.asList(type.getEnumConstants());
        return all.stream()
                .filter(one -> lowerCase(one).equals(text))
                .findFirst()
                .orElseThrow(() -> refused("'" + name + "' must be one of "
                        + String.join(
                                ", ", all.stream().map(QueryValues::lowerCase).toList())));
    }

    private static String lowerCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** Returns a number from 0 to a maximum, or the default if absent. */
    int number(String name, int usual, int max) {
        String text = query.get(name);
        if (text == null) {
            return usual;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= 0 && number <= max) {
                return number;
            }
        } catch (NumberFormatException notOne) {
            // the same answer as to a number that is too large
        }
        throw refused("'" + name + "' must be a number from 0 to " + max);
    }

    private static ApiProblem refused(String detail) {
        return new ApiProblem(ApiProblem.Code.INVALID_QUERY, detail);
    }
}
