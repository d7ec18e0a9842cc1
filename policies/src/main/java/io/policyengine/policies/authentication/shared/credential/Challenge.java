package io.policyengine.policies.authentication.shared.credential;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.params.StringOrList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The {@code WWW-Authenticate} challenge of a response that refuses a token (RFC 6750 §3).
 *
 * @param realm name of the protected resource
 * @param scope required scopes, or null
 * @param resourceMetadata URL of this resource's metadata (RFC 9728), or null
 */
public record Challenge(
        String scheme,
        String realm,
        @Nullable String scope,
        @Nullable String resourceMetadata) {
    public static final String FIELD = "www-authenticate";

    /**
     * Creates the challenge for tokens from these sources, and adds the problems found.
     *
     * @param scopes required scopes, or empty
     */
    public static Challenge of(
            TokenSources sources,
            String realm,
            List<String> scopes,
            @Nullable String resourceMetadata,
            Collection<ParamProblem> problems) {
        checkQuotable(realm, "/realm", problems);
        checkQuotable(resourceMetadata, "/resource_metadata", problems);
        return new Challenge(
                sources.scheme(), realm, scopes.isEmpty() ? null : String.join(" ", scopes), resourceMetadata);
    }

    private static void checkQuotable(@Nullable String text, String pointer, Collection<ParamProblem> problems) {
        if (text != null && !isQuotable(text)) {
            problems.add(new ParamProblem(pointer, "printable ASCII without quotes and backslashes is expected"));
        }
    }

    /**
     * Returns the scopes of a parameter (RFC 6749 §3.3), and adds the problems found; empty if the parameter is absent.
     */
    public static List<String> scopes(
            @Nullable StringOrList scopes, String pointer, Collection<ParamProblem> problems) {
        if (scopes == null) {
            return List.of();
        }
        for (String scope : scopes.values()) {
            if (scope.isEmpty() || scope.indexOf(' ') >= 0 || !isQuotable(scope)) {
                problems.add(
                        new ParamProblem(pointer, "a scope is printable ASCII without blanks, quotes and backslashes"));
            }
        }
        return scopes.values();
    }

    /** Returns the challenge for a request without a token, which names no error. */
    public String withoutError() {
        return text(new StringBuilder(start()));
    }

    /** Returns the challenge for a refused token, with an error of RFC 6750 §3.1 and a sentence for clients. */
    public String withError(String error, String description) {
        StringBuilder text = new StringBuilder(start());
        add(text, "error", error);
        add(text, "error_description", description);
        return text(text);
    }

    /** Returns whether the text can be quoted without escapes: printable ASCII without quotes and backslashes. */
    private static boolean isQuotable(String text) {
        return text.chars().allMatch(c -> c >= 0x20 && c < 0x7F && c != '"' && c != '\\');
    }

    private String start() {
        return scheme + " realm=\"" + realm + "\"";
    }

    private String text(StringBuilder text) {
        if (scope != null) {
            add(text, "scope", scope);
        }
        if (resourceMetadata != null) {
            add(text, "resource_metadata", resourceMetadata);
        }
        return text.toString();
    }

    private static void add(StringBuilder text, String name, String value) {
        text.append(", ").append(name).append("=\"").append(value).append('"');
    }
}
