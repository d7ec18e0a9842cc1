package io.policyengine.core.trace;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.common.InstrumentationLibraryInfo;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A span that is created only after its work has ended. */
final class FinishedSpan implements ReadableSpan, SpanData {
    private static final InstrumentationScopeInfo SCOPE = InstrumentationScopeInfo.create("io.policyengine");

    private final SpanSpec spec;
    private final Resource resource;

    FinishedSpan(SpanSpec spec, Resource resource) {
        this.spec = spec;
        this.resource = resource;
    }

    @Override
    public SpanData toSpanData() {
        return this;
    }

    @Override
    public String getName() {
        return spec.name();
    }

    @Override
    public SpanKind getKind() {
        return spec.kind();
    }

    @Override
    public SpanContext getSpanContext() {
        return spec.context();
    }

    @Override
    public SpanContext getParentSpanContext() {
        return spec.parent();
    }

    @Override
    public StatusData getStatus() {
        return spec.status();
    }

    @Override
    public long getStartEpochNanos() {
        return spec.startEpochNanos();
    }

    @Override
    public long getEndEpochNanos() {
        return spec.endEpochNanos();
    }

    @Override
    public long getLatencyNanos() {
        return spec.endEpochNanos() - spec.startEpochNanos();
    }

    @Override
    public Attributes getAttributes() {
        return spec.attributes();
    }

    @Override
    public <T> @Nullable T getAttribute(AttributeKey<T> key) {
        return spec.attributes().get(key);
    }

    @Override
    public int getTotalAttributeCount() {
        return spec.attributes().size();
    }

    @Override
    public List<EventData> getEvents() {
        return List.of();
    }

    @Override
    public int getTotalRecordedEvents() {
        return 0;
    }

    @Override
    public List<LinkData> getLinks() {
        return List.of();
    }

    @Override
    public int getTotalRecordedLinks() {
        return 0;
    }

    @Override
    public boolean hasEnded() {
        return true;
    }

    @Override
    public InstrumentationScopeInfo getInstrumentationScopeInfo() {
        return SCOPE;
    }

    @Override
    @Deprecated
    public InstrumentationLibraryInfo getInstrumentationLibraryInfo() {
        return InstrumentationLibraryInfo.create(SCOPE.getName(), null);
    }

    @Override
    public Resource getResource() {
        return resource;
    }
}
