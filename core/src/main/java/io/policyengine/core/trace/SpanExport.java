package io.policyengine.core.trace;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.policyengine.core.config.TracingConfig;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Exports spans to one OTLP receiver, through the batch processor and exporters of the OpenTelemetry SDK, on its own
 * threads.
 *
 * <p>At most {@code max_queued_spans} spans are held, including those being sent; further spans are dropped. Batches
 * are sent one at a time. A batch is dropped if the receiver does not accept it within {@code export_timeout_ms}.
 * {@link SpanCounts} counts both kinds of dropped spans.
 */
public final class SpanExport {
    private static final int BATCH = 512;

    /**
     * The OpenTelemetry SDK's logger. It is turned off, since it bypasses the engine's log; {@link CountedExporter}
     * logs failures instead.
     */
    private static final Logger SDK_LOG = Logger.getLogger("io.opentelemetry");

    static {
        SDK_LOG.setLevel(Level.OFF);
    }

    private final TracingConfig config;
    private final Resource resource;
    private final SpanCounts counts;
    private final AtomicInteger here = new AtomicInteger();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final BatchSpanProcessor processor;

    /** Creates an export, which connects to the receiver when the first span is sent. */
    public SpanExport(TracingConfig config, SpanCounts counts) {
        this.config = config;
        this.counts = counts;
        this.resource = Resource.create(resource(config.serviceName()));
        this.processor = BatchSpanProcessor.builder(new CountedExporter(
                        () -> exporter(config), OtlpEndpoint.of(config).origin(), counts, here))
                .setMaxQueueSize(config.maxQueuedSpans())
                .setMaxExportBatchSize(BATCH)
                .setScheduleDelay(config.exportInterval())
                // The exporter's own timeout comes first.
                .setExporterTimeout(config.exportTimeout().plus(Duration.ofSeconds(1)))
                .build();
    }

    private static Attributes resource(String serviceName) {
        AttributesBuilder resource = Attributes.builder().put("service.name", serviceName);
        String version = SpanExport.class.getPackage().getImplementationVersion();
        return version == null
                ? resource.build()
                : resource.put("service.version", version).build();
    }

    private static SpanExporter exporter(TracingConfig config) {
        OtlpEndpoint endpoint = OtlpEndpoint.of(config);
        if (config.protocol() == TracingConfig.Protocol.GRPC) {
            OtlpGrpcSpanExporterBuilder builder =
                    OtlpGrpcSpanExporter.builder().setEndpoint(endpoint.url()).setTimeout(config.exportTimeout());
            config.headers().forEach(builder::addHeader);
            return builder.build();
        }
        OtlpHttpSpanExporterBuilder builder =
                OtlpHttpSpanExporter.builder().setEndpoint(endpoint.url()).setTimeout(config.exportTimeout());
        config.headers().forEach(builder::addHeader);
        return builder.build();
    }

    public TracingConfig config() {
        return config;
    }

    /** Queues a span, or drops it if the queue is full. Callable on any thread; does not block. */
    public void accept(SpanSpec span) {
        if (ended.get()) {
            counts.ended(1);
        } else if (here.incrementAndGet() > config.maxQueuedSpans()) {
            here.decrementAndGet();
            counts.noRoom();
        } else {
            processor.onEnd(new FinishedSpan(span, resource));
        }
    }

    /**
     * Ends the export after sending the queued spans, within {@code export_timeout_ms} per batch. Does not block.
     *
     * @param then called when the export has ended, on any thread
     */
    public void end(Runnable then) {
        ended.set(true);
        processor.shutdown().whenComplete(() -> {
            counts.ended(here.getAndSet(0));
            then.run();
        });
    }
}
