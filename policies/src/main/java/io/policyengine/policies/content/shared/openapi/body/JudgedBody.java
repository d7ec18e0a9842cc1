package io.policyengine.policies.content.shared.openapi.body;

import io.policyengine.core.http.JsonTypes;
import io.policyengine.core.work.StopSignal;
import io.policyengine.core.work.Work;
import io.policyengine.policies.content.shared.jsonschema.BodySchema;
import io.policyengine.policies.content.shared.openapi.value.Judgement;
import io.policyengine.policies.content.shared.openapi.value.Violations;
import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonSize;
import io.policyengine.policies.format.json.JsonTexts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Validates bodies of one media type, in time linear in the size of the body. {@link #work} returns the memory that a
 * validation needs.
 */
public final class JudgedBody {
    /** Maximum bytes of a form that is validated on the event loop. */
    private static final int SMALL_FORM = 16 << 10;

    /**
     * Maximum bytes of heap for each byte of a form. Even a name-value pair that is two bytes long takes up to 200
     * bytes of heap.
     */
    private static final int HEAP_PER_BYTE_OF_FORM = 100;

    private final Content content;
    private final BodySchema schema;
    private final String type;
    private final String contentType;

    /**
     * Creates a validator for bodies of a media type.
     *
     * @param contentType the value of the header field, with parameters
     */
    public JudgedBody(Content content, BodySchema schema, String type, String contentType) {
        this.content = content;
        this.schema = schema;
        this.type = type;
        this.contentType = contentType;
    }

    /** Returns the work of validating the body; empty if the body is small enough for the event loop. */
    public Optional<Work> work(byte[] body) {
        JsonSize size = JsonSize.of(body, true, () -> false);
        if (JsonTypes.isJson(type)) {
            return size.isSmall() ? Optional.empty() : Optional.of(size.work());
        }
        return size.isSmall() && body.length <= SMALL_FORM
                ? Optional.empty()
                : Optional.of(Work.onBody(body.length, size.heapBytes() + (long) HEAP_PER_BYTE_OF_FORM * body.length));
    }

    /**
     * Validates a body, and adds violations.
     *
     * @throws MalformedBodyException if the body does not have the syntax of its type
     */
    public void judge(byte[] body, Violations findings, StopSignal stop) throws MalformedBodyException {
        List<JsonNode> values = new ArrayList<>();
        if (JsonTypes.isJson(type)) {
            values.add(json(body, stop));
        } else if (type.equals(BodyContentReader.FORM)) {
            values.add(FormBody.read(body, content));
        } else if (type.equals(BodyContentReader.MULTIPART)) {
            values.add(new MultipartForm(content, findings, stop).read(body, contentType));
        } else {
            values.addAll(FormBody.text(body, content.shape()));
        }
        Judgement.of(schema, values, findings)
                .forEach(violation -> findings.add("body", "", violation.pointer(), violation.message()));
    }

    static JsonNode json(byte[] text, StopSignal stop) throws MalformedBodyException {
        try {
            return JsonTexts.read(text, stop);
        } catch (JsonFault fault) {
            throw new MalformedBodyException("it is not JSON in UTF-8, or has a name twice in an object");
        }
    }
}
