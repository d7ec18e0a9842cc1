package io.policyengine.kernel.recorder;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/** The observers of a kernel's exchanges. */
@FunctionalInterface
public interface ExchangeObservers {
    ExchangeObservers NONE = _ -> List.of();

    List<ExchangeObserver> onLoop(Vertx vertx);

    static ExchangeObservers of(List<ExchangeObservers> all) {
        List<ExchangeObservers> each = List.copyOf(all);
        return vertx -> {
            List<ExchangeObserver> observers = new ArrayList<>();
            each.forEach(one -> observers.addAll(one.onLoop(vertx)));
            return List.copyOf(observers);
        };
    }
}
