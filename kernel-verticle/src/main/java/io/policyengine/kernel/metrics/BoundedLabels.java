package io.policyengine.kernel.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.metrics.KernelMetric;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The values of the metrics' label {@code route} that are in use, at most {@code max_route_labels}. A value is in use
 * from the first request of one of its routes until all of them are removed. Thread-safe, without locks; called once
 * per route and plan.
 */
final class BoundedLabels {
    /** The value that all further routes share once the maximum number of values is in use. */
    static final String OTHER = "other";

    private final Set<String> used = ConcurrentHashMap.newKeySet();
    private final Capacity places = Capacity.open();
    private final Counter refused;
    private volatile int max = KernelConfig.defaults().observability().metrics().maxRouteLabels();
    private volatile RouteLabels wanted = RouteLabels.NAMES;

    BoundedLabels(MeterRegistry registry) {
        this.refused = KernelMetric.ROUTE_LABELS_REFUSED.counter(registry);
        KernelMetric.ROUTE_LABELS.gauge(registry, used::size);
    }

    /** Changes the wanted label values and their maximum. Values in use remain. */
    void want(RouteLabels labels, int atMost) {
        max = atMost;
        wanted = labels;
    }

    String of(String route) {
        String value = wanted.of(route);
        if (value.equals(RouteLabels.UNKNOWN) || used.contains(value)) {
            return value;
        }
        if (!places.tryTakeWithin(1, max)) {
            refused.increment();
            return OTHER;
        }
        if (!used.add(value)) {
            places.give(1);
        }
        return value;
    }

    void forget(Collection<String> values) {
        for (String value : values) {
            if (used.remove(value)) {
                places.give(1);
            }
        }
    }
}
