package io.policyengine.policies.ai.costlimit;

import io.policyengine.policies.shared.wildcard.Wildcard;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The prices of models by name. In names, {@code *} matches any characters. Immutable. */
final class PriceList {
    static final PriceList EMPTY = new PriceList(Map.of());

    private final List<Row> rows;

    private record Row(Wildcard name, Price price) {}

    /** Creates a price list. Exact names override patterns, and longer patterns override shorter ones. */
    PriceList(Map<String, Price> prices) {
        List<Row> all = new ArrayList<>(prices.size());
        prices.forEach((name, price) -> all.add(new Row(Wildcard.inAnyCase(name), price)));
        all.sort(Comparator.comparing((Row row) -> row.name.isExact())
                .thenComparingInt(row -> row.name.length())
                .reversed());
        this.rows = List.copyOf(all);
    }

    /** Returns the price of a model; empty if it has none. A null model has the price of {@code *}. */
    Optional<Price> of(@Nullable String model) {
        for (Row row : rows) {
            boolean fits = model == null ? row.name.isAny() : row.name.matches(model);
            if (fits) {
                return Optional.of(row.price);
            }
        }
        return Optional.empty();
    }
}
