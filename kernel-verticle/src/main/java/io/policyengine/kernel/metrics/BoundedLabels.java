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
 * The values of the label {@code route} that are in use: no more than {@code max_route_labels}, each from its first use until its routes
 * are gone. Thread-safe, without locks; asked once for each route and plan.
 */
final class BoundedLabels {
    /** The value of all routes for which there is no other. */
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

    /** Hands out values of these labels from now on, and at most so many. Those in use stay. */
    void want(RouteLabels labels, int atMost) {
        max = atMost;
        wanted = labels;
    }

    /** The value for a route, by its name. */
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

    /** Releases the labels of routes that are gone. */
    void forget(Collection<String> values) {
        for (String value : values) {
            if (used.remove(value)) {
                places.give(1);
            }
        }
    }
}
