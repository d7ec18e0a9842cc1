package io.policyengine.policies.records.auditlog;

import io.policyengine.core.http.ResponseView;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.policies.records.shared.exchangerecord.Field;
import io.policyengine.policies.records.shared.exchangerecord.HeaderChoice;
import io.policyengine.policies.records.shared.exchangerecord.RecordDraft;
import io.policyengine.policies.records.shared.exchangerecord.RecordTexts;
import io.policyengine.policies.records.shared.exchangerecord.RecordedBody;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes an audit record as one JSON object. Shortens records that are too long for the sinks, bodies first, so that
 * exchanges with large messages are recorded as well.
 */
record AuditRecord(String route, List<Field> fields, HeaderChoice requestHeaders, HeaderChoice responseHeaders) {
    /** Maximum size of an audit record, in bytes, below the maximum that sinks accept. */
    static final int LONGEST = 900_000;

    private static final JsonMapper JSON = JsonMapper.shared();

    Buffer json(RecordDraft draft, ExchangeEnd end, Instant time, long nowNanos) {
        ObjectNode record = JsonNodeFactory.instance
                .objectNode()
                .put("type", "exchange")
                .put("time", time.toString())
                .put("request_id", RecordTexts.bounded(draft.requestId()));
        fields.forEach(field -> field.put(record, route, draft, end, nowNanos));
        if (!requestHeaders.isEmpty()) {
            record.set("request_headers", requestHeaders.json(draft.request().headers()));
        }
        ResponseView response = draft.response();
        if (response != null && !responseHeaders.isEmpty()) {
            record.set("response_headers", responseHeaders.json(response.headers()));
        }
        put(record, "request_body", draft.requestBody());
        put(record, "response_body", draft.responseBody());
        return fitting(record);
    }

    private static void put(ObjectNode record, String name, @Nullable RecordedBody body) {
        if (body != null) {
            record.set(name, body.json());
        }
    }

    private static Buffer fitting(ObjectNode record) {
        byte[] json = JSON.writeValueAsBytes(record);
        for (String large :
                List.of("response_body", "request_body", "response_headers", "request_headers", "verdicts")) {
            if (json.length <= LONGEST) {
                break;
            }
            if (record.has(large)) {
                record.putObject(large).put("left_out", "too_large");
                json = JSON.writeValueAsBytes(record);
            }
        }
        return Buffer.buffer(json);
    }
}
