package io.policyengine.policies.message.transformbody;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MediaTypes;
import io.policyengine.policies.format.replace.Replacements;
import io.policyengine.policies.format.xml.XmlTypes;
import io.policyengine.policies.message.transformbody.xml.XmlMapping;
import io.policyengine.policies.shared.template.BodySyntax;
import io.policyengine.policies.shared.template.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The changes of a body, applied in the order of the components.
 *
 * @param toJson mapping for the conversion to JSON; null to keep XML
 * @param json edits of the JSON, or null
 * @param toXml mapping for the conversion to XML; null to keep JSON
 * @param anyContentType true to apply all changes except the replacements to every content type
 * @param contentType new content type, as octets; null to set the type of the conversion, or to keep the old type
 *     without a conversion
 */
record BodyChanges(
        Replacements replacements,
        @Nullable XmlMapping toJson,
        @Nullable JsonEdits json,
        @Nullable XmlMapping toXml,
        boolean anyContentType,
        @Nullable String contentType) {

    boolean canStream() {
        return toJson == null && json == null && toXml == null && replacements.canStream();
    }

    boolean applyTo(HeaderMap headers, int length) {
        return !replacements.isEmpty() || !steps(headers, length).isEmpty();
    }

    /** Returns the steps to apply to a body after the replacements. */
    List<BodyStep> steps(HeaderMap headers, int length) {
        if (length == 0) {
            return List.of();
        }
        MediaTypes types = MediaTypes.of(headers);
        List<BodyStep> steps = new ArrayList<>(3);
        boolean converts = toJson != null && (anyContentType || types.mayBe(XmlTypes::isXml));
        if (toJson != null && converts) {
            steps.add(new Conversion.ToJson(toJson, XmlTypes.charsetOf(headers)));
        }
        boolean isJson = converts || anyContentType || BodySyntax.mayBeJson(types);
        if (json != null && isJson) {
            steps.add(json);
        }
        if (toXml != null && isJson) {
            steps.add(new Conversion.ToXml(toXml));
        }
        return steps;
    }

    /** Returns the content type of the changed body, as octets, or null to keep the old one. */
    @Nullable
    String contentTypeAfter(List<BodyStep> steps) {
        String after = contentType;
        for (BodyStep step : steps) {
            if (contentType == null && step instanceof Conversion conversion) {
                after = conversion.contentType();
            }
        }
        return after;
    }

    /** Returns a function that fills templates, and escapes their values for the syntax of the body. */
    Function<Template, String> fillFor(HeaderMap headers, Template.Fill fill) {
        BodySyntax syntax = syntax(headers);
        return template -> fill.of(template, (_, octets) -> syntax.escape(octets));
    }

    private BodySyntax syntax(HeaderMap headers) {
        if (anyContentType && toJson != null) {
            return BodySyntax.MARKUP;
        }
        boolean converts = toJson != null || toXml != null;
        return contentType == null || converts ? BodySyntax.of(MediaTypes.of(headers)) : BodySyntax.of(contentType);
    }
}
