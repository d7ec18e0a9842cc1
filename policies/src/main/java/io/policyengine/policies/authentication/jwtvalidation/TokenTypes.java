package io.policyengine.policies.authentication.jwtvalidation;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.policies.authentication.shared.jwt.JwsHeader;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The accepted token types, normalized to lower case without {@code application/} (RFC 7515 §4.1.9). */
record TokenTypes(Set<String> types) {
    private static final String PREFIX = "application/";
    private static final String DEFAULT_TYPE = "jwt";

    static TokenTypes of(List<String> written) {
        return new TokenTypes(written.stream().map(TokenTypes::comparable).collect(Collectors.toUnmodifiableSet()));
    }

    private static String comparable(String type) {
        String lower = HeaderMap.lowerCase(type);
        return lower.startsWith(PREFIX) ? lower.substring(PREFIX.length()) : lower;
    }

    boolean include(JwsHeader header) {
        return types.contains(header.type() == null ? DEFAULT_TYPE : comparable(header.type()));
    }
}
