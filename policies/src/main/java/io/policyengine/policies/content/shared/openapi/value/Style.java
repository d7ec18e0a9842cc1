package io.policyengine.policies.content.shared.openapi.value;

import io.policyengine.policies.content.shared.openapi.document.DocumentFault;
import io.policyengine.policies.content.shared.openapi.document.DocumentNode;

/** The syntax in which a parameter's value is written (OpenAPI 3.1.1 §4.8.12.3). */
public enum Style {
    /** {@code 1,2,3}. */
    SIMPLE("simple", ","),
    /** {@code .1.2.3}. */
    LABEL("label", ","),
    /** {@code ;id=1,2,3}. */
    MATRIX("matrix", ","),
    /** {@code id=1,2,3}. */
    FORM("form", ","),
    /** {@code id=1%202%203}. */
    SPACE_DELIMITED("spaceDelimited", "%20"),
    /** {@code id=1|2|3}. */
    PIPE_DELIMITED("pipeDelimited", "|"),
    /** {@code id[name]=1}. */
    DEEP_OBJECT("deepObject", "");

    private final String text;
    private final String delimiter;

    Style(String text, String delimiter) {
        this.text = text;
        this.delimiter = delimiter;
    }

    /** Returns the undecoded delimiter between two items that are not exploded. */
    String delimiter() {
        return delimiter;
    }

    /** Returns whether items are written separately by default. */
    public boolean explodesUsually() {
        return this == FORM || this == DEEP_OBJECT;
    }

    /**
     * Returns the style that the document names, or the default {@code usual} if it names none.
     *
     * @throws DocumentFault if the name is unknown
     */
    public static Style of(DocumentNode named, Style usual) {
        String name = named.text(usual.text);
        for (Style style : values()) {
            if (style.text.equals(name)) {
                return style;
            }
        }
        throw named.fault("there is no style '" + name + "'");
    }
}
