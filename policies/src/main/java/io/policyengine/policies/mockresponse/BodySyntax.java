package io.policyengine.policies.mockresponse;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import tools.jackson.core.io.JsonStringEncoder;

/** What a body is written in, and how a value stays data in it. */
enum BodySyntax {
    /** Values stand inside strings. */
    JSON,
    /** HTML and XML: values stand in text or in quoted attributes. */
    MARKUP,
    /** Values stand as they are. */
    OTHER;

    /** By the content type (RFC 9110 §8.3.1; suffixes of RFC 6839). */
    static BodySyntax of(String contentType) {
        int end = contentType.indexOf(';');
        String type = HeaderMap.lowerCase((end < 0 ? contentType : contentType.substring(0, end)).strip());
        if (type.endsWith("/json") || type.endsWith("+json")) {
            return JSON;
        }
        return type.equals("text/html") || type.endsWith("/xml") || type.endsWith("+xml") ? MARKUP : OTHER;
    }

    /** Octets that stand for the value. */
    String escape(String octets) {
        return switch (this) {
            case JSON ->
                Octets.fromText(new String(JsonStringEncoder.getInstance().quoteAsCharArray(Octets.toText(octets))));
            case MARKUP -> Octets.fromText(markup(Octets.toText(octets)));
            case OTHER -> octets;
        };
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
