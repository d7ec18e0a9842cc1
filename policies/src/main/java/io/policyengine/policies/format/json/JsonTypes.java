package io.policyengine.policies.format.json;

/** The media types of JSON. */
public final class JsonTypes {
    private JsonTypes() {}

    /**
     * Returns whether the type is JSON: {@code application/json}, {@code text/json}, or a type that ends in {@code
     * +json} (RFC 6839 §3.1).
     */
    public static boolean isJson(String lowerCaseType) {
        return lowerCaseType.equals("application/json")
                || lowerCaseType.equals("text/json")
                || lowerCaseType.endsWith("+json");
    }
}
