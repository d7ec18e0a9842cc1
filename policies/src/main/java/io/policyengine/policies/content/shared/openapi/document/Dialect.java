package io.policyengine.policies.content.shared.openapi.document;

import java.util.Set;

/** The dialect of a document's schemas. */
public enum Dialect {
    /** OpenAPI 3.0: an extended subset of an old draft of JSON Schema. */
    OPENAPI_3_0,
    /** OpenAPI 3.1: JSON Schema 2020-12. */
    OPENAPI_3_1;

    private static final Set<String> SAME_AS_2020_12 =
            Set.of("https://spec.openapis.org/oas/3.1/dialect/base", "https://json-schema.org/draft/2020-12/schema");

    /**
     * Returns the dialect of a document.
     *
     * @throws DocumentFault if its version is not supported
     */
    public static Dialect of(DocumentNode root) {
        DocumentNode version = root.member("openapi");
        String text = version.text("");
        if (text.startsWith("3.0.")) {
            return OPENAPI_3_0;
        } else if (text.startsWith("3.1.")) {
            checkDialect(root.member("jsonSchemaDialect"));
            return OPENAPI_3_1;
        }
        if (root.member("swagger").isThere()) {
            throw root.member("swagger").fault("OpenAPI 2.0 is not supported: convert the document to 3.0 or 3.1");
        }
        throw version.fault("'openapi' must be 3.0.x or 3.1.x");
    }

    /** Rejects a dialect other than JSON Schema 2020-12. */
    public static void checkDialect(DocumentNode named) {
        String uri = named.text("");
        if (!uri.isEmpty() && !SAME_AS_2020_12.contains(uri.replaceFirst("#$", ""))) {
            throw named.fault("only JSON Schema 2020-12 is supported: remove this dialect");
        }
    }
}
