package io.policyengine.kernel.spans;

import io.policyengine.core.config.ObservabilityConfig;
import io.policyengine.core.config.TracingConfig;
import io.policyengine.core.trace.SpanExport;
import io.policyengine.kernel.recorder.ExchangeObserver;
import io.policyengine.kernel.recorder.ExchangeRecord;
import io.policyengine.kernel.trace.TraceContext;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Creates the spans of finished exchanges that were sampled at their first message or at their end. Confined to one
 * event loop. An exchange has spans for at most {@link ExchangeRecord#MAX_CALLS} calls and
 * {@link ExchangeRecord#MAX_ENTRIES} entries.
 */
final class ExchangeSpans implements ExchangeObserver {
    private final Supplier<@Nullable SpanExport> export;

    ExchangeSpans(Supplier<@Nullable SpanExport> export) {
        this.export = export;
    }

    @Override
    public boolean wants(ObservabilityConfig settings) {
        return settings.tracing().enabled();
    }

    @Override
    public void ended(ExchangeRecord record) {
        TraceContext trace = record.trace();
        SpanExport open = export.get();
        if (open != null && trace.exists() && isKept(record, trace)) {
            new ExchangeTrace(record, open::accept).make();
        }
    }

    private static boolean isKept(ExchangeRecord record, TraceContext trace) {
        if (trace.isSampled()) {
            return true;
        }
        TracingConfig config = record.settings().tracing();
        return switch (config.sampler()) {
            case ON_ERROR -> hasFailed(record);
            case SLOW -> record.held() >= config.slow().toNanos();
            case PARENT, RATIO -> false;
        };
    }

    private static boolean hasFailed(ExchangeRecord record) {
        return SpanErrors.isFailure(record.outcome())
                || record.calls().stream().anyMatch(SpanErrors::hasFailed)
                || record.entries().stream().anyMatch(SpanErrors::hasFailed);
    }
}
