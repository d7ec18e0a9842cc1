package io.policyengine.policies.credential;

import org.jspecify.annotations.Nullable;

/**
 * The challenge of an answer that refuses a token (RFC 6750 §3): the value of {@code WWW-Authenticate}.
 *
 * @param realm what the client is to be let into
 * @param scope the scopes that are needed, or null
 * @param resourceMetadata URL of the metadata of RFC 9728, or null
 */
public record Challenge(
        String scheme,
        String realm,
        @Nullable String scope,
        @Nullable String resourceMetadata) {
    /** Name of the field. */
    public static final String FIELD = "www-authenticate";

    /** The value for a request without a token: it names no error. */
    public String withoutError() {
        return text(new StringBuilder(start()));
    }

    /** The value for a token that is refused: an error of RFC 6750 §3.1 and a sentence for people. */
    public String withError(String error, String description) {
        StringBuilder text = new StringBuilder(start());
        add(text, "error", error);
        add(text, "error_description", description);
        return text(text);
    }

    /** True if the text can stand in quotes as it is: printable ASCII without quotes and backslashes. */
    public static boolean isQuotable(String text) {
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
