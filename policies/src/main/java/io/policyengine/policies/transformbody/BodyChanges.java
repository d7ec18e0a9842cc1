package io.policyengine.policies.transformbody;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.MediaTypes;
import io.policyengine.core.work.Stop;
import io.policyengine.core.work.Work;
import io.policyengine.policies.json.JsonSize;
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
     * The body after the replacements.
     *
     * @param bytes the same array if they change nothing
     * @param toEdit the size as JSON, if it is to be edited as such; null if it is done
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares it, and a copy would cost what is counted here
    record Replaced(byte[] bytes, @Nullable JsonSize toEdit) {}

    /** The work that the first half is on a body of this length; without replacements, values are counted and nothing is made. */
    Work firstWork(long length) {
        return replacements.isEmpty() ? Work.onBody(length, 0) : Replacements.workOn(length);
    }

    /**
     * The first half of the changes.
     *
     * @throws UnfitBodyException if it must be JSON, and is too large for that
     * @throws io.policyengine.core.error.PolicyException if it gets too long, or takes too long
     */
    Replaced replace(HeaderMap headers, byte[] body, Template.Fill fill, Stop stop) throws UnfitBodyException {
        byte[] replaced = replacements.apply(body, fillFor(headers, fill), stop);
        return new Replaced(
                replaced, json != null && editsJson(headers, replaced.length) ? json.measure(replaced, stop) : null);
    }

    /**
     * The body after all changes; the same array if they change nothing.
     *
     * @throws UnfitBodyException if it must be JSON of some form, and is not
     */
    byte[] edit(Replaced replaced, Template.Fill fill) throws UnfitBodyException {
        return json != null && replaced.toEdit() != null ? json.apply(replaced.bytes(), fill) : replaced.bytes();
    }

    /** Fills in templates so that what they bring in stays data in the body that goes on. */
    Function<Template, String> fillFor(HeaderMap headers, Template.Fill fill) {
        BodySyntax syntax = contentType == null ? BodySyntax.of(MediaTypes.of(headers)) : BodySyntax.of(contentType);
        return template -> fill.of(template, (_, octets) -> syntax.escape(octets));
    }
}
