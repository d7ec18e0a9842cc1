package io.policyengine.policies.shared.template;

import io.policyengine.core.http.JsonTypes;
import io.policyengine.core.http.MediaTypes;
import io.policyengine.core.http.Octets;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The syntax of a body. Its escapes keep inserted values from changing the structure of the body. */
public enum BodySyntax {
    /** JSON: values are inserted into strings. */
    JSON,
    /** HTML and XML: values are inserted into text or quoted attributes. */
    MARKUP,
    /** The syntax is unknown: values are escaped for JSON and for markup. */
    UNCLEAR,
    /** Any other syntax: values are inserted unchanged. */
    OTHER;

    private static final JsonMapper JSON_MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Returns the syntax of bodies with a content type (RFC 9110 §8.3.1; suffixes of RFC 6839). */
    public static BodySyntax of(String contentType) {
        return ofType(MediaTypes.typeOf(contentType));
    }

    /** Returns the common syntax of all possible types of a message, or {@link #UNCLEAR} if their syntaxes differ. */
    public static BodySyntax of(MediaTypes types) {
        Set<BodySyntax> syntaxes =
                types.stated().stream().map(BodySyntax::ofType).collect(Collectors.toSet());
        return types.unclear() || syntaxes.size() != 1
                ? UNCLEAR
                : syntaxes.iterator().next();
    }

    /** Returns whether the next server may interpret the message as JSON. */
    public static boolean mayBeJson(MediaTypes types) {
        return types.mayBe(type -> ofType(type) == JSON);
    }

    private static BodySyntax ofType(String type) {
        if (JsonTypes.isJson(type)) {
            return JSON;
        }
        return type.equals("text/html") || type.endsWith("/xml") || type.endsWith("+xml") ? MARKUP : OTHER;
    }

    /** Returns whether the structure of the body is the same for all inserted values. */
    public boolean keepsDataApart(Template body) {
        return (this != JSON && this != UNCLEAR) || body.isConstant() || isJson(body);
    }

    /**
     * Returns whether the template is JSON when a letter replaces each placeholder. A letter outside of a string would
     * be invalid.
     */
    private static boolean isJson(Template body) {
        String text = body.parts().stream()
                .map(part -> part instanceof Template.Part.Literal(String octets) ? octets : "x")
                .collect(Collectors.joining());
        try {
            JSON_MAPPER.readTree(Octets.toText(text));
            return true;
        } catch (JacksonException wrong) {
            return false;
        }
    }

    /** Returns the octets that represent the value in this syntax. */
    public String escape(String octets) {
        return switch (this) {
            case JSON -> Octets.fromText(json(Octets.toText(octets)));
            case UNCLEAR -> Octets.fromText(json(markup(Octets.toText(octets))));
            case MARKUP -> Octets.fromText(markup(Octets.toText(octets)));
            case OTHER -> octets;
        };
    }

    private static String json(String text) {
        return new String(JsonStringEncoder.getInstance().quoteAsCharArray(text));
    }

    private static String markup(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
