package io.policyengine.core.trace;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.policyengine.core.log.LogFields;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An exporter that counts exported and failed spans. It logs when the receiver stops accepting spans, and when it
 * accepts them again. The wrapped exporter is created when the first spans arrive, on the span processor's thread.
 */
final class CountedExporter implements SpanExporter {
    private static final Logger LOG = LoggerFactory.getLogger(CountedExporter.class);

    private final Supplier<SpanExporter> maker;
    private final String endpoint;
    private final SpanCounts counts;
    private final AtomicInteger here;
    private final AtomicBoolean failing = new AtomicBoolean();
    private volatile @Nullable SpanExporter exporter;

    /**
     * Creates a counting exporter.
     *
     * @param endpoint the receiver's address, for the log
     * @param here the number of spans that are queued or being sent
     */
    CountedExporter(Supplier<SpanExporter> maker, String endpoint, SpanCounts counts, AtomicInteger here) {
        this.maker = maker;
        this.endpoint = endpoint;
        this.counts = counts;
        this.here = here;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        int number = spans.size();
        CompletableResultCode sent = sending(spans);
        sent.whenComplete(() -> {
            here.addAndGet(-number);
            if (sent.isSuccess()) {
                counts.exported(number);
                taken();
            } else {
                counts.failed(number);
                failed(sent.getFailureThrowable());
            }
        });
        return sent;
    }

    private CompletableResultCode sending(Collection<SpanData> spans) {
        try {
            SpanExporter made = exporter;
            if (made == null) {
                made = maker.get();
                exporter = made;
            }
            return made.export(spans);
        } catch (RuntimeException bug) {
            return CompletableResultCode.ofExceptionalFailure(bug);
        }
    }

    private void taken() {
        if (failing.compareAndSet(true, false)) {
            LOG.atInfo().addKeyValue(LogFields.TARGET, endpoint).log("spans are exported again");
        }
    }

    private void failed(@Nullable Throwable why) {
        if (failing.compareAndSet(false, true)) {
            LOG.atWarn()
                    .addKeyValue(LogFields.TARGET, endpoint)
                    .addKeyValue(LogFields.REASON, reason(why))
                    .log("spans cannot be exported, and are dropped until the receiver accepts them again");
        }
    }

    private static String reason(@Nullable Throwable why) {
        if (why == null) {
            return "unknown";
        }
        Throwable cause = why.getCause() == null ? why : why.getCause();
        return String.valueOf(cause.getMessage());
    }

    @Override
    public CompletableResultCode flush() {
        SpanExporter made = exporter;
        return made == null ? CompletableResultCode.ofSuccess() : made.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        SpanExporter made = exporter;
        return made == null ? CompletableResultCode.ofSuccess() : made.shutdown();
    }
}
