package io.policyengine.policies.records.usagemetering;

import io.policyengine.policies.records.shared.exchangerecord.Field;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A fact that a usage event may contain. */
enum UsageField {
    CONSUMER(Field.CONSUMER),
    CONSUMER_ISSUER(Field.CONSUMER_ISSUER),
    ROUTE(Field.ROUTE),
    METHOD(Field.METHOD),
    PATH(Field.PATH),
    CLIENT_ADDRESS(Field.CLIENT_ADDRESS),
    STATUS(Field.STATUS),
    DENIED_BY(Field.DENIED_BY),
    REASON(Field.REASON),
    CODE(Field.CODE),
    ABORTED(Field.ABORTED),
    LATENCY_MS(Field.LATENCY_MS),
    REQUEST_BYTES(Field.REQUEST_BYTES),
    RESPONSE_BYTES(Field.RESPONSE_BYTES),
    VERDICTS(Field.VERDICTS),
    /** The model that responded. */
    MODEL,
    TOKENS;

    private final @Nullable Field ofExchange;

    UsageField(Field ofExchange) {
        this.ofExchange = ofExchange;
    }

    UsageField() {
        this.ofExchange = null;
    }

    /** Returns the corresponding fact of an exchange; empty if the fact is read from the response's body. */
    Optional<Field> ofExchange() {
        return Optional.ofNullable(ofExchange);
    }
}
