package io.policyengine.policies.records.usagemetering;

import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Identity;
import io.policyengine.policies.ai.shared.modelapi.Usage;
import io.policyengine.policies.records.shared.exchangerecord.Field;
import io.policyengine.policies.records.shared.exchangerecord.RecordDraft;
import io.policyengine.policies.records.shared.exchangerecord.RecordTexts;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes usage events as CloudEvents 1.0, in the structured mode with JSON. */
record UsageEvent(String route, List<UsageField> fields) {
    static final String TYPE = "io.policyengine.usage";

    private static final JsonMapper JSON = JsonMapper.shared();

    Buffer json(RecordDraft draft, Usage usage, ExchangeEnd end, Instant time, long nowNanos) {
        ObjectNode event = JsonNodeFactory.instance
                .objectNode()
                .put("specversion", "1.0")
                .put("id", draft.requestId())
                .put("source", "policy-engine")
                .put("type", TYPE)
                .put("time", time.toString());
        String consumer = Identity.id(draft.metadata());
        if (consumer != null && !consumer.isEmpty()) {
            event.put("subject", RecordTexts.bounded(consumer));
        }
        ObjectNode data = event.put("datacontenttype", "application/json").putObject("data");
        for (UsageField field : fields) {
            Optional<Field> ofExchange = field.ofExchange();
            if (ofExchange.isPresent()) {
                ofExchange.get().put(data, route, draft, end, nowNanos);
            } else {
                put(data, field, usage);
            }
        }
        return Buffer.buffer(JSON.writeValueAsBytes(event));
    }

    private static void put(ObjectNode data, UsageField field, Usage usage) {
        String model = usage.model();
        ObjectNode tokens = tokens(usage);
        if (field == UsageField.MODEL && model != null) {
            data.put("model", model);
        } else if (field == UsageField.TOKENS && !tokens.isEmpty()) {
            data.set("tokens", tokens);
        }
    }

    private static ObjectNode tokens(Usage usage) {
        ObjectNode tokens = JsonNodeFactory.instance.objectNode();
        put(tokens, "input", usage.input());
        put(tokens, "output", usage.outputSoFar());
        put(tokens, "total", usage.total());
        return tokens;
    }

    private static void put(ObjectNode tokens, String name, long number) {
        if (number >= 0) {
            tokens.put(name, number);
        }
    }
}
