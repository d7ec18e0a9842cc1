package io.policyengine.core.http;

/** Recognizes the media types of JSON, in the same way for all policies. */
public final class JsonTypes {
    private JsonTypes() {}

    /**
     * Returns whether the type is {@code application/json} or {@code application/x-json}, or ends in {@code +json} (RFC
     * 6839 §3.1). Other types with these subtypes, such as {@code text/json}, are accepted, too.
     *
     * @param lowerCaseType without parameters
     */
    public static boolean isJson(String lowerCaseType) {
        return lowerCaseType.endsWith("/json") || lowerCaseType.endsWith("/x-json") || lowerCaseType.endsWith("+json");
    }
}
