package io.policyengine.policies.records.usagemetering;

import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.policy.Sink;
import io.policyengine.core.policy.TrailersContext;
import io.policyengine.core.policy.TrailersOutcome;
import io.policyengine.core.sink.SinkRecord;
import io.policyengine.policies.ai.shared.modelapi.FactsSource;
import io.policyengine.policies.ai.shared.modelapi.Usage;
import io.policyengine.policies.ai.shared.modelapi.UsageReader;
import io.policyengine.policies.records.shared.exchangerecord.Gatherer;
import io.policyengine.policies.records.shared.exchangerecord.RecordDraft;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;

/** Gathers the facts of request and response, and sends the event to the sink when the exchange ends. */
final class UsageMeteringPolicy implements Policy {
    private final UsageMeteringParams params;
    private final Sink sink;
    private final Gatherer gatherer;
    private final UsageEvent form;
    private final Sampling sampling;
    private final PolicyEnvironment env;

    UsageMeteringPolicy(
            UsageMeteringParams params, Sink sink, UsageEvent form, Sampling sampling, PolicyEnvironment env) {
        this.params = params;
        this.sink = sink;
        this.form = form;
        this.sampling = sampling;
        this.env = env;
        this.gatherer = Gatherer.of(params, env, this::record);
    }

    @Override
    public Future<RequestOutcome> onRequest(RequestContext context) {
        if (isSampled(context.call())) {
            gatherer.request(context);
        }
        return RequestOutcome.unchanged();
    }

    @Override
    public Future<ResponseOutcome> onResponse(ResponseContext context) {
        if (!isSampled(context.call())) {
            return ResponseOutcome.unchanged();
        }
        gatherer.response(context);
        Buffer body = context.response().body();
        UsageReader reader = reader(context);
        if (!params.readsResponse() || body == null || !reader.isRead()) {
            return ResponseOutcome.unchanged();
        }
        return reader.take(context.call(), body, true).compose(usage -> {
            gatherer.note(context.call(), usage);
            return ResponseOutcome.unchanged();
        });
    }

    @Override
    public ChunkFilter<ChunkOutcome> responseChunks(ResponseContext context) {
        UsageReader reader = reader(context);
        Call call = context.call();
        if (!params.readsResponse() || !isSampled(call) || !reader.isRead()) {
            return ChunkFilter.none();
        }
        // Noted after each chunk, so that an aborted exchange is reported with its usage so far.
        return (chunk, last) -> reader.take(call, chunk, last).map(usage -> {
            gatherer.note(call, usage);
            return ChunkOutcome.PASS;
        });
    }

    @Override
    public Future<TrailersOutcome> onResponseTrailers(TrailersContext context) {
        if (params.facts() != FactsSource.BODY && isSampled(context.call())) {
            Usage.ofEnvoy(context.envoy()).ifPresent(usage -> gatherer.note(context.call(), usage));
        }
        return TrailersOutcome.unchanged();
    }

    private UsageReader reader(ResponseContext context) {
        return new UsageReader(env, context.response().headers());
    }

    private boolean isSampled(Call call) {
        return sampling.chooses(call.exchangeId(), params.sample());
    }

    private void record(RecordDraft draft, ExchangeEnd end) {
        Instant now = env.clock().instant();
        Usage usage = draft.note() instanceof Usage told ? told : Usage.NONE;
        Buffer json = form.json(draft, usage, end, now, env.ticker().nanoTime());
        sink.offer(new SinkRecord(draft.requestId(), UsageEvent.TYPE, now, json, true));
    }
}
