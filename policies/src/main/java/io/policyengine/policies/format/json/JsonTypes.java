package io.policyengine.policies.format.json;

/** The media types of JSON. */
public final class JsonTypes {
    private JsonTypes() {}

    /** True for {@code application/json}, {@code text/json} and types that end in {@code +json} (RFC 6839 §3.1), in lower case. */
    public static boolean isJson(String lowerCaseType) {
        return lowerCaseType.equals("application/json")
                || lowerCaseType.equals("text/json")
                || lowerCaseType.endsWith("+json");
    }
}
