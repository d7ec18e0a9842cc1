package io.policyengine.policies.content.shared.openapi.value;

import io.policyengine.policies.content.shared.openapi.document.DocumentFault;
import io.policyengine.policies.content.shared.openapi.document.DocumentNode;

/** The part of a request that contains a parameter (OpenAPI 3.1.1 §4.8.12). */
public enum ParameterLocation {
    PATH("path", Style.SIMPLE),
    QUERY("query", Style.FORM),
    HEADER("header", Style.SIMPLE),
    COOKIE("cookie", Style.FORM);

    private final String text;
    private final Style usual;

    ParameterLocation(String text, Style usual) {
        this.text = text;
        this.usual = usual;
    }

    /** Returns the name of the location in documents and denials. */
    String text() {
        return text;
    }

    Style usual() {
        return usual;
    }

    /** Returns whether parameters in this location may have the given style. */
    public boolean has(Style style) {
        return switch (this) {
            case PATH -> style == Style.SIMPLE || style == Style.LABEL || style == Style.MATRIX;
            case QUERY ->
                style == Style.FORM
                        || style == Style.SPACE_DELIMITED
                        || style == Style.PIPE_DELIMITED
                        || style == Style.DEEP_OBJECT;
            case HEADER -> style == Style.SIMPLE;
            case COOKIE -> style == Style.FORM;
        };
    }

    /**
     * Returns the location that the member {@code in} names.
     *
     * @throws DocumentFault if the location is unknown
     */
    static ParameterLocation of(DocumentNode in) {
        String named = in.text("");
        for (ParameterLocation location : values()) {
            if (location.text.equals(named)) {
                return location;
            }
        }
        throw in.fault("'in' must be path, query, header or cookie");
    }
}
