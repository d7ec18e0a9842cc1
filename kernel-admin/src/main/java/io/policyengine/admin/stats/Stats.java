package io.policyengine.admin.stats;

import io.policyengine.admin.stats.MeterFigures.Totals;
import io.policyengine.admin.view.RouteView;
import io.policyengine.admin.view.StatsView;
import io.policyengine.admin.view.StatsView.Durations;
import io.policyengine.core.async.OffLoop;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.metrics.EngineRegistry;
import io.policyengine.core.time.Ticker;
import io.policyengine.kernel.generation.Generation;
import io.policyengine.kernel.plan.RoutePlan;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Live figures: the values of the process's meters. A sample takes as long as a scrape, so it is taken off the event
 * loops. Samples are taken one at a time, and each serves all queries within {@link #FRESH}. At most {@link #MAX_ASKED}
 * queries may be pending. Two earlier samples are kept, as three numbers per route, to compute recent changes. Confined
 * to the kernel's event loop.
 */
public final class Stats {
    /** The time for which queries share a sample of all meters. */
    static final Duration FRESH = Duration.ofMillis(500);
    /**
     * The age at which the earlier sample is replaced. While figures are queried, recent changes cover one to two such
     * periods.
     */
    static final Duration RECENT = Duration.ofSeconds(30);

    /** Maximum number of pending queries for live figures. */
    public static final int MAX_ASKED = 16;

    private final Vertx vertx;
    private final EngineRegistry registry;
    private final EntryFigures entries;
    private final Ticker ticker;
    private final RecentFigures recent;
    private final long start;

    private @Nullable Future<Sample> last;
    private long lastBegun;
    private Past older;
    private Past newer;
    private int asked;
    private @Nullable Long readings;
    private boolean isReading;

    /** The numbers of exchanges in an earlier sample, by route name. */
    record Past(long nanos, Map<String, Totals> routes) {}

    /** Creates the figures of a registry that has the meters of the kernel and of embedded workers. */
    public Stats(Vertx vertx, EngineRegistry registry, EntryFigures entries, Ticker ticker) {
        this.vertx = vertx;
        this.registry = registry;
        this.entries = entries;
        this.ticker = ticker;
        this.recent = new RecentFigures(registry, ticker);
        this.start = ticker.nanoTime();
        this.older = new Past(start, Map.of());
        this.newer = older;
    }

    /** Starts to read the figures of the last minutes at regular intervals, one reading at a time. */
    public void open() {
        recent.start();
        readings = vertx.setPeriodic(RecentFigures.PERIOD.toMillis(), _ -> read());
    }

    private void read() {
        if (!isReading) {
            isReading = true;
            OffLoop.call(vertx, recent::takeBlocking).onSuccess(recent::keep).onComplete(_ -> isReading = false);
        }
    }

    /** Stops the regular readings. */
    public void close() {
        if (readings != null) {
            vertx.cancelTimer(readings);
        }
    }

    /** Returns whether further queries must be refused, because too many are pending. */
    public boolean isBusy() {
        return asked >= MAX_ASKED;
    }

    /**
     * Returns the figures and a page of the generation's routes, converted off the event loops.
     *
     * @param withHistory whether the figures of the last minutes are included
     */
    public <T> Future<T> of(
            Generation generation, RouteQuery query, boolean withHistory, Function<StatsView, T> answer) {
        entries.watch();
        List<StatsView.Moment> history = withHistory
                ? recent.all().stream()
                        .map(one ->
                                new StatsView.Moment(millis(one.nanos()), one.exchanges(), one.calls(), one.loopLag()))
                        .toList()
                : null;
        return ask((sample, before) -> answer.apply(view(generation, query, sample, before, history)));
    }

    /** Converts a reading of the ticker to milliseconds since the arbitrary origin that answers use. */
    private long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos - start);
    }

    /** Computes a view from the current sample and an earlier one, off the event loops. */
    <T> Future<T> ask(BiFunction<Sample, Past, T> view) {
        asked++;
        return sample().compose(sample -> {
                    Past before = older;
                    return OffLoop.call(vertx, () -> view.apply(sample, before));
                })
                .onComplete(_ -> asked--);
    }

    private Future<Sample> sample() {
        long now = ticker.nanoTime();
        Future<Sample> known = last;
        if (known != null && (!known.isComplete() || now - lastBegun < FRESH.toNanos())) {
            return known;
        }
        lastBegun = now;
        Future<Sample> taken =
                OffLoop.call(vertx, () -> Sample.takeBlocking(registry, now)).onSuccess(this::keep);
        last = taken;
        return taken;
    }

    private void keep(Sample sample) {
        if (sample.nanos - newer.nanos >= RECENT.toNanos()) {
            Map<String, Totals> totals = HashMap.newHashMap(sample.routes.size());
            sample.routes.forEach((name, figures) -> totals.put(name, figures.totals()));
            older = newer;
            newer = new Past(sample.nanos, totals);
        }
    }

    private StatsView view(
            Generation generation,
            RouteQuery query,
            Sample sample,
            Past before,
            @Nullable List<StatsView.Moment> history) {
        return new StatsView(
                millis(sample.nanos),
                generation.id(),
                sample.outcomes,
                sample.gauges,
                Durations.of(sample.loopLag),
                generation.config().kernel().observability().metrics().routeLabel(),
                routes(generation, query, sample, before),
                workers(sample),
                policies(sample),
                query.chain().isEmpty() ? null : entries(query.chain()),
                query.chain().isEmpty() ? null : entries.counted().toMillis(),
                history);
    }

    /**
     * Returns the figures of policies. They come from the meters for policies that run in this process, else from the
     * records of exchanges.
     */
    private List<StatsView.Policy> policies(Sample sample) {
        Map<String, MeterFigures> all = new TreeMap<>(entries.policies());
        all.putAll(sample.policies);
        return all.entrySet().stream()
                .map(entry -> new StatsView.Policy(
                        entry.getKey(),
                        entry.getValue().verdicts,
                        Durations.of(entry.getValue().durations),
                        sample.policies.containsKey(entry.getKey())))
                .toList();
    }

    private List<StatsView.Entry> entries(String route) {
        return entries.entries(route).entrySet().stream()
                .map(entry -> new StatsView.Entry(
                        entry.getKey().part(),
                        entry.getKey().entry(),
                        entry.getKey().policy(),
                        entry.getValue().verdicts))
                .sorted(Comparator.comparing(StatsView.Entry::part).thenComparing(StatsView.Entry::entry))
                .toList();
    }

    private static List<StatsView.Worker> workers(Sample sample) {
        Set<String> names = new TreeSet<>(sample.workers.keySet());
        names.addAll(sample.callsInFlight.keySet());
        return names.stream()
                .map(name -> {
                    MeterFigures figures = sample.workers.getOrDefault(name, new MeterFigures());
                    return new StatsView.Worker(
                            name,
                            figures.verdicts,
                            sample.callsInFlight.getOrDefault(name, 0L),
                            Durations.of(figures.durations));
                })
                .toList();
    }

    /**
     * A name with its figures. {@code place} is the index, in the generation, of the route with this name, or -1 if
     * there is none.
     */
    private record Row(String name, int place, MeterFigures figures, Totals recent) {}

    private static StatsView.Routes routes(Generation generation, RouteQuery query, Sample sample, Past before) {
        List<RouteConfig> configs = generation.config().routes();
        List<RoutePlan> plans = generation.plans();
        List<Row> rows = new ArrayList<>();
        Set<String> known = new HashSet<>();
        for (int place = 0; place < plans.size(); place++) {
            String name = configs.get(place).routeName();
            if (known.add(name) && query.wants(name) && isIn(query.state(), plans.get(place))) {
                rows.add(row(name, place, sample, before));
            }
        }
        int total = known.size();
        for (String name : sample.routes.keySet()) {
            if (known.add(name)) {
                total++;
                if (query.wants(name) && query.state() == null) {
                    rows.add(row(name, -1, sample, before));
                }
            }
        }
        rows.sort(order(query.order()));
        List<StatsView.Route> items = rows.stream()
                .skip(query.offset())
                .limit(query.limit())
                .map(row -> view(row, generation))
                .toList();
        return new StatsView.Routes(
                total,
                rows.size(),
                query.offset(),
                TimeUnit.NANOSECONDS.toMillis(sample.nanos - before.nanos()),
                items);
    }

    private static boolean isIn(RouteView.@Nullable State wanted, RoutePlan plan) {
        return wanted == null || RouteView.State.of(plan) == wanted;
    }

    private static Row row(String name, int place, Sample sample, Past before) {
        MeterFigures figures = sample.routes.getOrDefault(name, new MeterFigures());
        Totals recent = figures.totals().since(before.routes().getOrDefault(name, Totals.NONE));
        return new Row(name, place, figures, recent);
    }

    /**
     * Returns the comparator of an order. Among equal routes, the route with more exchanges comes first, then the route
     * that is earlier in the files.
     */
    private static Comparator<Row> order(RouteQuery.Order wanted) {
        Comparator<Row> files = Comparator.comparingInt((Row row) -> row.place() < 0 ? Integer.MAX_VALUE : row.place())
                .thenComparing(Row::name);
        Comparator<Row> first = switch (wanted) {
            case FILES -> files;
            case TRAFFIC -> most(row -> row.recent().exchanges());
            case DENIED -> most(row -> row.recent().denied());
            case FAILED -> most(row -> row.recent().failed());
        };
        return first.thenComparing(most(row -> row.figures().exchanges)).thenComparing(files);
    }

    private static Comparator<Row> most(ToLongFunction<Row> number) {
        return Comparator.comparingLong(number).reversed();
    }

    private static StatsView.Route view(Row row, Generation generation) {
        return new StatsView.Route(
                row.name(),
                row.place() < 0 ? null : RouteView.of(generation, row.place()),
                row.figures().exchanges,
                row.figures().verdicts,
                new StatsView.Recent(
                        row.recent().exchanges(),
                        row.recent().denied(),
                        row.recent().failed()),
                Durations.of(row.figures().durations));
    }
}
