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
 * A configured response whose templates are filled in for each exchange.
 *
 * @param fields header fields in order; repeats of a field follow each other
 * @param contentType content type as octets; null if there is no body
 */
record MockAnswer(
        int status,
        List<Field> fields,
        Template body,
        @Nullable String contentType) {
    private static final String REASON = "mocked";

    /** A header field. A repeat is added to the previous field of the same name instead of replacing it. */
    record Field(String name, boolean isRepeat, Template value) {}

    /**
     * Returns the response to send to the client without calling the upstream.
     *
     * @throws PolicyException if a filled template holds a character that no header value may hold
     */
    ImmediateResponse response(Template.Fill fill) {
        HeaderMap.Builder headers = HeaderMap.builder(fields.size() + 1);
        if (contentType != null) {
            headers.append("content-type", contentType);
        }
        for (Field field : fields) {
            headers.append(field.name(), value(field, fill, ErrorCode.INVALID_REQUEST));
        }
        return new ImmediateResponse(status, headers.build(), body(fill), REASON).withCode(MockCode.MOCKED);
    }

    /**
     * Returns the instructions that replace the upstream's response with this one.
     *
     * @param toHead true if the request method is HEAD, so that the response has no body
     * @throws PolicyException if a filled template holds a character that no header value may hold
     */
    List<ResponseInstruction> instructions(Template.Fill fill, boolean toHead) {
        List<ResponseInstruction> instructions = new ArrayList<>(fields.size() + 3);
        instructions.add(new SetStatusCode(status));
        // The body goes first: it removes fields such as etag, which the parameters may set again.
        instructions.add(new SetBody(toHead ? Buffer.buffer() : body(fill), contentType));
        if (contentType == null) {
            instructions.add(new RemoveHeader("content-type"));
        }
        for (Field field : fields) {
            String value = value(field, fill, ErrorCode.INVALID_RESPONSE);
            instructions.add(
                    field.isRepeat() ? new AppendHeader(field.name(), value) : new SetHeader(field.name(), value));
        }
        return List.copyOf(instructions);
    }

    private Buffer body(Template.Fill fill) {
        BodySyntax syntax = contentType == null ? BodySyntax.OTHER : BodySyntax.of(contentType);
        return Buffer.buffer(Octets.toBytes(fill.of(body, (_, octets) -> syntax.escape(octets))));
    }

    /** Returns a filled header value. Metadata may contain line breaks, which would start another header field. */
    private static String value(Field field, Template.Fill fill, ErrorCode otherwise) {
        String octets = fill.of(field.value(), Template.Escape.NONE);
        if (!FieldRules.isFieldValue(octets)) {
            throw new PolicyException(otherwise, "a filled template has a character that no header value may contain");
        }
        return octets;
    }
}
