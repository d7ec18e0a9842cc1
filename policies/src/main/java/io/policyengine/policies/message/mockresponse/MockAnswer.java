package io.policyengine.policies.message.mockresponse;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.core.instruction.AppendHeader;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetStatusCode;
import io.policyengine.policies.shared.template.BodySyntax;
import io.policyengine.policies.shared.template.Template;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer whose templates are to be filled in.
 *
 * @param fields in order, repeats one after another
 * @param contentType octets; null if there is no body
 */
record MockAnswer(
        int status,
        List<Field> fields,
        Template body,
        @Nullable String contentType) {
    private static final String REASON = "mocked";

    /** A value of a header field. */
    record Field(String name, boolean isRepeat, Template value) {}

    /**
     * The answer that goes to the client at once.
     *
     * @throws PolicyException if a template gave what no header value may hold
     */
    ImmediateResponse response(Template.Fill fill) {
        HeaderMap.Builder headers = HeaderMap.builder(fields.size() + 1);
        if (contentType != null) {
            headers.append("content-type", contentType);
        }
        for (Field field : fields) {
            headers.append(field.name(), value(field, fill));
        }
        return new ImmediateResponse(status, headers.build(), body(fill), REASON);
    }

    /**
     * The instructions that turn the upstream's answer into this one.
     *
     * @param toHead whether the client asked with HEAD, so that it gets no body
     * @throws PolicyException if a template gave what no header value may hold
     */
    List<ResponseInstruction> instructions(Template.Fill fill, boolean toHead) {
        List<ResponseInstruction> instructions = new ArrayList<>(fields.size() + 3);
        instructions.add(new SetStatusCode(status));
        // The body goes first: it removes fields such as etag, which may be wanted anew.
        instructions.add(new SetBody(toHead ? Buffer.buffer() : body(fill), contentType));
        if (contentType == null) {
            instructions.add(new RemoveHeader("content-type"));
        }
        for (Field field : fields) {
            String value = value(field, fill);
            instructions.add(
                    field.isRepeat() ? new AppendHeader(field.name(), value) : new SetHeader(field.name(), value));
        }
        return List.copyOf(instructions);
    }

    private Buffer body(Template.Fill fill) {
        BodySyntax syntax = contentType == null ? BodySyntax.OTHER : BodySyntax.of(contentType);
        return Buffer.buffer(Octets.toBytes(fill.of(body, (_, octets) -> syntax.escape(octets))));
    }

    /** Metadata may hold line breaks; a header that holds them would be two. */
    private static String value(Field field, Template.Fill fill) {
        String octets = fill.of(field.value(), Template.Escape.NONE);
        if (!FieldRules.isFieldValue(octets)) {
            throw new PolicyException(
                    ErrorCode.INVALID_INSTRUCTION, "a template gave a character that no header value may hold");
        }
        return octets;
    }
}
