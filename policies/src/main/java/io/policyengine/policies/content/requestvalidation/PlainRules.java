package io.policyengine.policies.content.requestvalidation;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MediaTypes;
import io.policyengine.core.http.QueryString;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.params.StringOrList;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules for requests that need no OpenAPI document.
 *
 * @param methods allowed methods; empty if all are allowed
 * @param headers required header fields, in lower case
 * @param query required query parameters
 * @param types allowed media types in lower case, which may be ranges; empty if all are allowed
 * @param maxUriBytes maximum length of path and query together
 */
record PlainRules(Set<String> methods, List<String> headers, List<String> query, Set<String> types, int maxUriBytes) {
    static PlainRules of(RequestValidationParams params) {
        Set<String> types = new HashSet<>();
        texts(params.contentTypes()).forEach(type -> types.add(HeaderMap.lowerCase(type)));
        Integer max = params.maxUriBytes();
        return new PlainRules(
                Set.copyOf(texts(params.methods())),
                texts(params.requiredHeaders()).stream()
                        .map(HeaderMap::lowerCase)
                        .toList(),
                texts(params.requiredQuery()),
                Set.copyOf(types),
                max == null ? Integer.MAX_VALUE : max);
    }

    static List<String> texts(@Nullable StringOrList written) {
        return written == null ? List.of() : written.values();
    }

    boolean areNone() {
        return methods.isEmpty()
                && headers.isEmpty()
                && query.isEmpty()
                && types.isEmpty()
                && maxUriBytes == Integer.MAX_VALUE;
    }

    boolean allowsMethod(String method) {
        return methods.isEmpty() || methods.contains(method);
    }

    /**
     * Returns whether all media types that a message declares are allowed. False if its type is ambiguous, since the
     * next server might assume any type.
     */
    boolean allowsType(HeaderMap fields) {
        if (types.isEmpty()) {
            return true;
        }
        MediaTypes stated = MediaTypes.of(fields);
        return !stated.unclear() && stated.stated().stream().allMatch(this::allowsType);
    }

    private boolean allowsType(String type) {
        return types.contains(type) || types.contains(type.substring(0, type.indexOf('/') + 1) + "*");
    }

    List<String> missingHeaders(HeaderMap fields) {
        return headers.stream().filter(name -> !fields.contains(name)).toList();
    }

    List<String> missingQuery(RequestView request) {
        if (query.isEmpty()) {
            return List.of();
        }
        List<String> missing = new ArrayList<>(query);
        missing.removeAll(QueryString.names(request.rawPath()));
        return missing;
    }
}
