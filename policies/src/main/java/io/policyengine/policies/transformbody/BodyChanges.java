package io.policyengine.policies.transformbody;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MediaTypes;
import io.policyengine.policies.replace.Replacements;
import io.policyengine.policies.template.BodySyntax;
import io.policyengine.policies.template.Template;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The changes of a body, in this order.
 *
 * @param json null for nothing
 * @param anyContentType whether {@code json} is for bodies of every content type
 * @param contentType octets; null to leave it
 */
record BodyChanges(
        Replacements replacements,
        @Nullable JsonEdits json,
        boolean anyContentType,
        @Nullable String contentType) {

    /** True if the body may come in chunks. */
    boolean canStream() {
        return json == null && replacements.canStream();
    }

    /** True if there is something to do with such a body. */
    boolean applyTo(HeaderMap headers, int length) {
        return !replacements.isEmpty() || editsJson(headers, length);
    }

    private boolean editsJson(HeaderMap headers, int length) {
        return json != null && length > 0 && (anyContentType || BodySyntax.mayBeJson(MediaTypes.of(headers)));
    }

    /**
     * The body after all changes; the same array if they change nothing.
     *
     * @throws UnfitBodyException if it must be JSON of some form, and is not
     * @throws io.policyengine.core.error.PolicyException if it gets too long, or takes too long
     */
    byte[] apply(HeaderMap headers, byte[] body, Template.Fill fill) throws UnfitBodyException {
        byte[] replaced = replacements.apply(body, fillFor(headers, fill));
        return json != null && editsJson(headers, replaced.length) ? json.apply(replaced, fill) : replaced;
    }

    /** Fills in templates so that what they bring in stays data in the body that goes on. */
    Function<Template, String> fillFor(HeaderMap headers, Template.Fill fill) {
        BodySyntax syntax = contentType == null ? BodySyntax.of(MediaTypes.of(headers)) : BodySyntax.of(contentType);
        return template -> fill.of(template, (_, octets) -> syntax.escape(octets));
    }
}
