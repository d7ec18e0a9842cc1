package io.policyengine.policies.records.shared.exchangerecord;

import io.policyengine.core.http.Octets;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Identity;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A fact about an exchange that a record may contain. Unknown facts are omitted. */
public enum Field {
    /** Name of the route policy. */
    ROUTE,
    /** Address of the client, to the extent that the engine can trust it. */
    CLIENT_ADDRESS,
    /** Id of the client's identity. */
    CONSUMER,
    /** Party that vouches for the id, such as the issuer of a token. */
    CONSUMER_ISSUER,
    /** Method by which the identity was authenticated. */
    AUTH_METHOD,
    METHOD,
    /** Host and port of the request. */
    AUTHORITY,
    /** Path of the request, without its query, since a query may contain secrets. */
    PATH,
    QUERY,
    /** Status sent to the client. */
    STATUS,
    /** Name of the entry that responded instead of the upstream. */
    DENIED_BY,
    /** Reason for a response that did not come from the upstream. */
    REASON,
    /** Exact code of a denial, or of the engine's error, and the name of the rule that denied. */
    CODE,
    /** True if the exchange was aborted. */
    ABORTED,
    /** Time from the request to the end of the exchange, in milliseconds. */
    LATENCY_MS,
    /** Bytes of the request's body. */
    REQUEST_BYTES,
    /** Bytes of the response's body. */
    RESPONSE_BYTES,
    /** Metadata of guardrails: the keys that begin with {@code guardrail.}. */
    VERDICTS;

    private static final String GUARDRAIL = "guardrail.";
    private static final String RULE = "rule";

    /**
     * Maximum length of one guardrail's verdict as JSON, in characters. A longer verdict is recorded as truncated text.
     */
    private static final int MAX_VERDICTS = 16 << 10;

    private final String key = name().toLowerCase(Locale.ROOT);

    /** Returns the name of the fact in records and parameters. */
    public String key() {
        return key;
    }

    /** Adds the fact to a record if it is known. */
    public void put(ObjectNode record, String route, RecordDraft draft, ExchangeEnd end, long nowNanos) {
        switch (this) {
            case ROUTE -> record.put(key, route);
            case CLIENT_ADDRESS -> text(record, draft.request().clientAddress());
            case CONSUMER -> text(record, draft.metadata().text(Identity.ID));
            case CONSUMER_ISSUER -> text(record, draft.metadata().text(Identity.ISSUER));
            case AUTH_METHOD -> text(record, draft.metadata().text(Identity.METHOD));
            case METHOD -> text(record, draft.request().method());
            case AUTHORITY -> text(record, Octets.toText(draft.request().authority()));
            case PATH -> text(record, Octets.toText(pathOf(draft.request().rawPath())));
            case QUERY -> text(record, Octets.toText(queryOf(draft.request().rawPath())));
            case STATUS -> status(record, draft.response(), end);
            case DENIED_BY -> text(record, end.deniedBy());
            case REASON -> text(record, end.reason());
            case CODE -> code(record, end);
            case ABORTED -> record.put(key, end.aborted());
            case LATENCY_MS -> latency(record, draft.begunNanos(), nowNanos);
            case REQUEST_BYTES -> number(record, draft.requestBytes());
            case RESPONSE_BYTES -> number(record, draft.responseBytes());
            case VERDICTS -> verdicts(record, draft);
        }
    }

    private void text(ObjectNode record, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            record.put(key, RecordTexts.bounded(value));
        }
    }

    private void code(ObjectNode record, ExchangeEnd end) {
        text(record, end.code());
        if (end.rule() != null) {
            record.put(RULE, end.rule());
        }
    }

    private void number(ObjectNode record, long value) {
        if (value >= 0) {
            record.put(key, value);
        }
    }

    private void status(ObjectNode record, @Nullable ResponseView response, ExchangeEnd end) {
        int status = end.status() == 0 && response != null ? response.status() : end.status();
        if (status > 0) {
            record.put(key, status);
        }
    }

    private void latency(ObjectNode record, @Nullable Long begunNanos, long nowNanos) {
        if (begunNanos != null) {
            record.put(key, Math.max(0, (nowNanos - begunNanos) / 1_000_000));
        }
    }

    private void verdicts(ObjectNode record, RecordDraft draft) {
        ObjectNode verdicts = JsonNodeFactory.instance.objectNode();
        draft.metadata().values().forEach((name, value) -> {
            if (name.startsWith(GUARDRAIL)) {
                verdicts.set(name, bounded(value));
            }
        });
        if (!verdicts.isEmpty()) {
            record.set(key, verdicts);
        }
    }

    private static JsonNode bounded(JsonNode value) {
        if (value.isString()) {
            return JsonNodeFactory.instance.stringNode(RecordTexts.bounded(value.stringValue()));
        }
        String text = value.isContainer() ? value.toString() : "";
        return text.length() <= MAX_VERDICTS ? value : JsonNodeFactory.instance.stringNode(RecordTexts.bounded(text));
    }

    private static String pathOf(String target) {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    private static String queryOf(String target) {
        int query = target.indexOf('?');
        return query < 0 ? "" : target.substring(query + 1);
    }
}
