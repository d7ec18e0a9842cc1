package io.policyengine.core.http;

/** The media types of JSON, the same for all policies. */
public final class JsonTypes {
    private JsonTypes() {}

    /**
     * Returns whether the type is {@code application/json} or {@code application/x-json}, has one of these subtypes
     * under another type such as {@code text}, or ends in {@code +json} (RFC 6839 §3.1).
     *
     * @param lowerCaseType without parameters
     */
    public static boolean isJson(String lowerCaseType) {
        return lowerCaseType.endsWith("/json") || lowerCaseType.endsWith("/x-json") || lowerCaseType.endsWith("+json");
    }
}
