package io.policyengine.policies.shared.template;

import io.policyengine.core.http.Octets;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.ResponseContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A parsed text with placeholders such as <code>${request.path}</code>, which are filled in for each exchange. {@code
 * $$} before a brace is a literal dollar sign. A placeholder without a value becomes empty.
 *
 * @param parts in the order of the text
 */
public record Template(List<Part> parts) {
    /** A part of a template. */
    public sealed interface Part {
        /** Literal octets. */
        record Literal(String octets) implements Part {}

        /** Values of a request header, joined by a comma and a blank (RFC 9110 §5.3). */
        record RequestHeader(String name) implements Part {}

        /** The request target with its path in normal form, and its query. */
        record RequestPath() implements Part {}

        /** The request target with its query, as the upstream receives it. */
        record RequestRawPath() implements Part {}

        /** The id under which the engine logs the exchange. */
        record RequestId() implements Part {}

        /** A value of the metadata as text. */
        record MetadataValue(String key) implements Part {}
    }

    /** The escaping of inserted values. Literals are not escaped. */
    @FunctionalInterface
    public interface Escape {
        /** Inserts values unchanged. */
        Escape NONE = (_, octets) -> octets;

        /** Returns the escaped form of a value's octets. */
        String of(Part part, String octets);
    }

    /** Fills in templates with the values of an exchange, in either phase. */
    @FunctionalInterface
    public interface Fill {
        /** Returns the filled text, as octets. */
        String of(Template template, Escape escape);
    }

    /** Returns whether the template has no placeholders. */
    public boolean isConstant() {
        return parts.stream().allMatch(Part.Literal.class::isInstance);
    }

    /**
     * Returns the text filled with a request's values, as octets. It may contain octets that a header value must not
     * contain.
     */
    public String fill(RequestContext context) {
        return fill(context, Escape.NONE);
    }

    /**
     * Returns the text filled with the values of an exchange in the response phase, as octets. Values of the request
     * are those sent to the upstream.
     */
    public String fill(ResponseContext context) {
        return fill(context, Escape.NONE);
    }

    /** Returns the text filled with escaped values of a request, as octets. */
    public String fill(RequestContext context, Escape escape) {
        return fill(context.request(), context.metadata(), context.call().requestId(), escape);
    }

    /** Returns the text filled with escaped values of an exchange in the response phase, as octets. */
    public String fill(ResponseContext context, Escape escape) {
        return fill(context.request(), context.metadata(), context.call().requestId(), escape);
    }

    private String fill(RequestView request, Metadata metadata, String requestId, Escape escape) {
        if (parts.size() == 1 && parts.getFirst() instanceof Part.Literal(String octets)) {
            return octets;
        }
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            text.append(
                    switch (part) {
                        case Part.Literal(String octets) -> octets;
                        case Part.RequestHeader(String name) ->
                            escape.of(part, String.join(", ", request.headers().getAll(name)));
                        case Part.RequestPath() -> escape.of(part, request.path());
                        case Part.RequestRawPath() -> escape.of(part, request.rawPath());
                        case Part.RequestId() -> escape.of(part, Octets.fromText(requestId));
                        case Part.MetadataValue(String key) -> escape.of(part, octets(metadata.text(key)));
                    });
        }
        return text.toString();
    }

    private static String octets(@Nullable String text) {
        return text == null ? "" : Octets.fromText(text);
    }

    /**
     * Parses a text.
     *
     * @throws IllegalArgumentException if a placeholder is not closed or unknown; the message names the remedy
     */
    public static Template parse(String text) {
        List<Part> parts = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            if (text.startsWith("$${", at)) {
                literal.append("${");
                at += 3;
            } else if (text.startsWith("${", at)) {
                int end = text.indexOf('}', at);
                if (end < 0) {
                    throw new IllegalArgumentException("a ${ without }; $${ is a literal ${");
                }
                flush(literal, parts);
                parts.add(TemplateNames.part(text.substring(at + 2, end)));
                at = end + 1;
            } else {
                literal.append(text.charAt(at++));
            }
        }
        flush(literal, parts);
        return new Template(parts.isEmpty() ? List.of(new Part.Literal("")) : List.copyOf(parts));
    }

    private static void flush(StringBuilder literal, List<Part> parts) {
        if (!literal.isEmpty()) {
            parts.add(new Part.Literal(Octets.fromText(literal.toString())));
            literal.setLength(0);
        }
    }
}
