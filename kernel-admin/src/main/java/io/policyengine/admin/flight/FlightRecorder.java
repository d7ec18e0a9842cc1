package io.policyengine.admin.flight;

import io.policyengine.core.config.ObservabilityConfig;
import io.policyengine.core.config.RecorderConfig;
import io.policyengine.kernel.recorder.EndsPerSecond;
import io.policyengine.kernel.recorder.ExchangeObserver;
import io.policyengine.kernel.recorder.ExchangeRecord;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the records of one event loop's exchanges in a fixed number of bytes. Errors, denials and slow exchanges are
 * always recorded, and each kind has its own space. Of the exchanges that are refused as overload, only the first
 * {@value #REFUSALS} per second are recorded, to save time. Other exchanges are sampled. Confined to the event loop.
 */
final class FlightRecorder implements ExchangeObserver {
    /** Maximum number of exchanges refused because of overload that are recorded per second. */
    static final int REFUSALS = 200;

    private final RecordEncoder encoder = new RecordEncoder();
    private final Map<Shelf, Ring> shelves = new EnumMap<>(Shelf.class);
    private final RandomGenerator random;
    private final EndsPerSecond refusals = new EndsPerSecond();

    FlightRecorder(long bytes, int exchanges, RandomGenerator random) {
        this.random = random;
        int each = Shelf.values().length;
        for (Shelf shelf : Shelf.values()) {
            shelves.put(
                    shelf,
                    new Ring((int) Math.min(Integer.MAX_VALUE / 2, bytes / each), Math.max(1, exchanges / each)));
        }
    }

    @Override
    public boolean wants(ObservabilityConfig settings) {
        return settings.recorder().enabled();
    }

    @Override
    public void ended(ExchangeRecord record) {
        RecorderConfig settings = record.settings().recorder();
        Shelf shelf = Shelf.of(record, settings);
        if (shelf == null && settings.sample() > 0 && random.nextDouble() < settings.sample()) {
            shelf = Shelf.SAMPLED;
        }
        if (shelf != null && (shelf != Shelf.OVERLOADED || refusals.isAmongFirst(REFUSALS, record))) {
            ByteWriter written = encoder.encode(record);
            ring(shelf).add(written.bytes(), written.length(), record);
        }
    }

    private Ring ring(Shelf shelf) {
        return Objects.requireNonNull(shelves.get(shelf));
    }

    /** Begins a search in all shelves (reasons for keeping), or in only one. */
    ExchangeSearch search(Query query, @Nullable Shelf only) {
        return new ExchangeSearch(query, only == null ? shelves : Map.of(only, ring(only)));
    }
}
