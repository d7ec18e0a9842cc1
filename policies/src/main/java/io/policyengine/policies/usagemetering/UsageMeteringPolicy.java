package io.policyengine.policies.usagemetering;

import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.policy.Sink;
import io.policyengine.core.sink.SinkRecord;
import io.policyengine.policies.exchangerecord.Draft;
import io.policyengine.policies.exchangerecord.Gatherer;
import io.policyengine.policies.exchangerecord.Underway;
import io.policyengine.policies.json.JsonSize;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.zip.CRC32C;

/** Gathers what request and response show, and gives the event to the sink when the exchange has ended. */
final class UsageMeteringPolicy implements Policy {
    private static final double HASHES = 1L << 32;

    private final UsageMeteringParams params;
    private final Sink sink;
    private final Underway underway;
    private final Gatherer gatherer;
    private final UsageEvent form;
    private final PolicyEnvironment env;

    UsageMeteringPolicy(
            UsageMeteringParams params, Sink sink, Underway underway, UsageEvent form, PolicyEnvironment env) {
        this.params = params;
        this.sink = sink;
        this.underway = underway;
        this.gatherer = new Gatherer(underway, env);
        this.form = form;
        this.env = env;
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        if (isSampled(context.call().requestId())) {
            gatherer.request(context);
        }
        return RequestOutcome.unchanged();
    }

    @Override
    public Future<ResponseOutcome> onResponse(ResponseContext context) {
        if (!isSampled(context.call().requestId())) {
            return ResponseOutcome.unchanged();
        }
        gatherer.response(context);
        Buffer body = context.response().body();
        if (!params.readsResponse() || body == null || body.length() == 0) {
            return ResponseOutcome.unchanged();
        }
        return read(context, body).compose(usage -> {
            gatherer.note(context.call(), usage);
            return ResponseOutcome.unchanged();
        });
    }

    /** The usage that a body tells; one that is too much to read tells nothing, and passes. */
    private Future<Usage> read(ResponseContext context, Buffer body) {
        byte[] bytes = body.getBytes();
        String type = Objects.requireNonNullElse(context.response().headers().get("content-type"), "");
        JsonSize size = JsonSize.of(bytes, true, () -> false);
        if (size.isSmall()) {
            return Future.succeededFuture(Usage.of(bytes, type, () -> false));
        }
        return env.offLoop(context.call(), size.work(), stop -> Usage.of(bytes, type, stop))
                .recover(_ -> Future.succeededFuture(Usage.NONE));
    }

    /** The same for an id, wherever and whenever it is asked. */
    private boolean isSampled(String requestId) {
        CRC32C hash = new CRC32C();
        hash.update(requestId.getBytes(StandardCharsets.UTF_8));
        return hash.getValue() / HASHES < params.sample();
    }

    @Override
    public void exchangeEnded(ExchangeEnd end) {
        Draft draft = underway.take(end.exchangeId());
        if (draft != null) {
            Instant now = env.clock().instant();
            Usage usage = draft.note() instanceof Usage told ? told : Usage.NONE;
            Buffer json = form.json(draft, usage, end, now, env.ticker().nanoTime());
            sink.offer(new SinkRecord(draft.requestId(), UsageEvent.TYPE, now, json, true));
        }
    }
}
