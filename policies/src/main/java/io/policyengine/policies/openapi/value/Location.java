package io.policyengine.policies.openapi.value;

import io.policyengine.policies.openapi.document.DocumentFault;
import io.policyengine.policies.openapi.document.Place;
import java.util.Set;

/** The part of a request that a parameter stands in (OpenAPI 3.1.1 §4.8.12). */
public enum Location {
    /** A segment of the path. */
    PATH("path", Style.SIMPLE, Set.of(Style.SIMPLE, Style.LABEL, Style.MATRIX)),
    /** The query. */
    QUERY("query", Style.FORM, Set.of(Style.FORM, Style.SPACE_DELIMITED, Style.PIPE_DELIMITED, Style.DEEP_OBJECT)),
    /** A header field. */
    HEADER("header", Style.SIMPLE, Set.of(Style.SIMPLE)),
    /** A cookie. */
    COOKIE("cookie", Style.FORM, Set.of(Style.FORM));

    private final String text;
    private final Style usual;
    private final Set<Style> styles;

    Location(String text, Style usual, Set<Style> styles) {
        this.text = text;
        this.usual = usual;
        this.styles = styles;
    }

    /** The word for it in documents and denials. */
    String text() {
        return text;
    }

    /** The style of parameters that name none. */
    Style usual() {
        return usual;
    }

    /** True if its parameters may have this style. */
    public boolean has(Style style) {
        return styles.contains(style);
    }

    /**
     * The location that {@code in} names.
     *
     * @throws DocumentFault if there is none
     */
    static Location of(Place in) {
        String named = in.text("");
        for (Location location : values()) {
            if (location.text.equals(named)) {
                return location;
            }
        }
        throw in.fault("'in' must be path, query, header or cookie");
    }
}
