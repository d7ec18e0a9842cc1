package io.policyengine.worker.sink;

import io.policyengine.core.callout.CalloutRequest;
import io.policyengine.core.config.SinkConfig.Format;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.sink.SinkRecord;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * Encodes records as the body of a POST request: a JSON array, or a batch of CloudEvents 1.0 (JSON Event Format §4).
 */
final class HttpBatch {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final HeaderMap AS_JSON = HeaderMap.of("content-type", "application/json");
    private static final HeaderMap AS_EVENTS = HeaderMap.of("content-type", "application/cloudevents-batch+json");

    /** Maximum size of an answer to a batch of records, in bytes. */
    private static final int MAX_ANSWER = 64 << 10;

    private HttpBatch() {}

    static CalloutRequest request(List<SinkRecord> records, Format format) {
        Buffer body = Buffer.buffer("[");
        for (SinkRecord record : records) {
            if (body.length() > 1) {
                body.appendByte((byte) ',');
            }
            if (format == Format.CLOUDEVENTS && !record.isCloudEvent()) {
                appendEvent(body, record);
            } else {
                body.appendBuffer(record.json());
            }
        }
        body.appendByte((byte) ']');
        return CalloutRequest.post(null, format == Format.CLOUDEVENTS ? AS_EVENTS : AS_JSON, body, MAX_ANSWER);
    }

    private static void appendEvent(Buffer body, SinkRecord record) {
        body.appendString("{\"specversion\":\"1.0\",\"id\":")
                .appendString(JSON.writeValueAsString(record.id()))
                .appendString(",\"source\":\"policy-engine\",\"type\":")
                .appendString(JSON.writeValueAsString(record.type()))
                .appendString(",\"time\":\"" + record.time() + "\",\"datacontenttype\":\"application/json\",\"data\":")
                .appendBuffer(record.json())
                .appendByte((byte) '}');
    }
}
