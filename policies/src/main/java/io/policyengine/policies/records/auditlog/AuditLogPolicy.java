package io.policyengine.policies.records.auditlog;

import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.policy.Sink;
import io.policyengine.core.sink.SinkRecord;
import io.policyengine.policies.records.shared.exchangerecord.Gatherer;
import io.policyengine.policies.records.shared.exchangerecord.RecordDraft;
import io.policyengine.policies.records.shared.exchangerecord.RecordedBody;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Gathers the facts of request and response, and sends the record to the sink when the exchange ends. */
final class AuditLogPolicy implements Policy {
    private static final String TYPE = "io.policyengine.audit";

    private final Sink sink;
    private final Gatherer gatherer;
    private final Bodies bodies;
    private final AuditRecord form;
    private final boolean recordsRequestBody;
    private final boolean recordsResponseBody;
    private final PolicyEnvironment env;

    AuditLogPolicy(AuditLogParams params, Sink sink, Bodies bodies, AuditRecord form, PolicyEnvironment env) {
        this.sink = sink;
        this.bodies = bodies;
        this.form = form;
        this.recordsRequestBody = params.logRequestBody();
        this.recordsResponseBody = params.logResponseBody();
        this.env = env;
        this.gatherer = Gatherer.of(params, env, this::record);
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        // Recorded before the body is copied, since the exchange may end meanwhile.
        gatherer.request(context);
        Buffer body = context.request().body();
        if (!recordsRequestBody || body == null) {
            return RequestOutcome.unchanged();
        }
        return bodies.copy(context.call(), body).compose(copy -> {
            gatherer.bodies(context.call(), copy, Optional.empty());
            return RequestOutcome.unchanged();
        });
    }

    @Override
    public Future<ResponseOutcome> onResponse(ResponseContext context) {
        gatherer.response(context);
        Future<Optional<RecordedBody>> request =
                copy(context, recordsRequestBody, context.request().body());
        Future<Optional<RecordedBody>> response =
                copy(context, recordsResponseBody, context.response().body());
        return Future.all(request, response).compose(_ -> {
            gatherer.bodies(context.call(), request.result(), response.result());
            return ResponseOutcome.unchanged();
        });
    }

    private Future<Optional<RecordedBody>> copy(ResponseContext context, boolean isRecorded, @Nullable Buffer body) {
        return isRecorded ? bodies.copy(context.call(), body) : Future.succeededFuture(Optional.empty());
    }

    private void record(RecordDraft draft, ExchangeEnd end) {
        Instant now = env.clock().instant();
        Buffer json = form.json(draft, end, now, env.ticker().nanoTime());
        sink.offer(new SinkRecord(env.newId(), TYPE, now, json, false));
    }
}
